"""Units as people write them (计量单位的写法): 万kWh, 百万千焦, Nm³, 亿元, 吨标准煤/年, t/d with the days of a year.

A unit is brought to its dimension's base by powers of ten and whole days alone, so every conversion is exact. Cubic metres of gas are at
standard state (标准状态), as those of the coefficient table (GB/T 2589-2020).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from review.quantities import UNITS
from review.readers.written.answers import fold

SCALES = {
    "": 0, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10, "千亿": 11, "万亿": 12,
    "10^3": 3, "10^4": 4, "10^6": 6, "10^8": 8,
}  # fmt: skip
# By dimension: each unit as a power of ten of the base (those of `quantities` where it has the dimension), with its spellings.
_DIMENSIONS: dict[str, dict[str, tuple[int, str]]] = {
    "mass": {"t": (0, "吨 公吨 ton tons tonne tonnes"), "kg": (-3, "千克 公斤"), "g": (-6, "克"), "kt": (3, "")},
    "volume": {"m3": (-3, "立方米 立方 方 nm3 标方 标准立方米 标立方米 标准立方 标立方")},
    "litre": {"L": (-6, "l 升 公升"), "kL": (-3, "kl 千升")},
    "electricity": {"kWh": (-3, "千瓦时 千瓦小时 度"), "MWh": (0, "兆瓦时"), "GWh": (3, "吉瓦时"), "TWh": (6, "太瓦时")},
    "heat": {"kJ": (-6, "千焦"), "MJ": (-3, "兆焦"), "GJ": (0, "吉焦"), "TJ": (3, "太焦"), "PJ": (6, "")},
    "coal_equivalent": {
        "tce": (0, "吨标准煤 吨标煤 t标准煤 t标煤"), "kgce": (-3, "千克标准煤 公斤标准煤 千克标煤 公斤标煤 kg标准煤 kg标煤"),
        "gce": (-6, "克标准煤 克标煤 g标准煤 g标煤"),
    },
    "oil_equivalent": {"toe": (0, "吨油当量 吨标准油"), "kgoe": (-3, "千克油当量 公斤油当量 千克标准油 公斤标准油")},
    "money": {"元": (0, "人民币元")},
    "power": {"kW": (-3, "千瓦"), "MW": (0, "兆瓦"), "GW": (3, "吉瓦")},
    "steam": {"t/h": (0, "吨/小时 吨/时 吨每小时 t/小时 蒸吨 蒸吨/小时 蒸吨/时 蒸吨/h")},
    "carbon": {"tCO2": (0, "吨二氧化碳 吨co2 t二氧化碳"), "kgCO2": (-3, "千克二氧化碳 公斤二氧化碳 千克co2")},
    "coal_per_electricity": {
        "kgce/kWh": (0, "千克标准煤/千瓦时 公斤标准煤/千瓦时 千克标煤/千瓦时"), "gce/kWh": (-3, "克标准煤/千瓦时 克标煤/千瓦时"),
    },
    "racks": {"个": (0, "架 机架 个机架 个标准机架 标准机架")},
    "boxes": {"重量箱": (0, "")},
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₂", "01234567892")
_POWER_OF_TEN = re.compile("10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_YEARLY = re.compile(r"(?:/(?:a|年|y|yr|year)|每年)$")
_DAILY = re.compile(
    r"/(?:d|日|天)(?:[×x*,;、(]*(?:每?年(?:运行|工作|生产)?)?(?P<days>[0-9]{1,3})(?:d|天|日)(?:/a|/年)?\)?)?$"
)


@dataclass(frozen=True)
class Measure:
    """A unit as it was written: `scale` (万: 10,000) of the unit `name` of its dimension, and how many bases that is.

    `yearly`: written per year. `days`: written per day, of so many days a year (0: it was not said of how many).
    """

    name: str
    dimension: str
    scale: Decimal
    base: Decimal
    yearly: bool = False
    days: int | None = None


_UNITS = {
    each: (dimension, name, power)
    for dimension, units in _DIMENSIONS.items()
    for name, (power, spellings) in units.items()
    for each in (name.lower(), *spellings.split())
}


def spelt(text: str) -> str:
    """A unit without what people write differently: width, space, points, powers."""
    plain = _POWER_OF_TEN.sub(lambda found: f"10^{found[1].translate(_SUPERSCRIPTS)}", fold(text))
    plain = (
        plain.replace("㎥", "m3").replace("㎏", "kg").replace("㎾", "kW").replace("㎡", "m2").translate(_SUPERSCRIPTS)
    )
    return re.sub(r"[\s·⋅•・∙]", "", plain).lower()


def read_measure(text: str) -> Measure | None:
    """The unit that a text writes, with its scale; None where it writes none, or nothing but a scale."""
    written = spelt(text)
    daily = _DAILY.search(written)
    days = None if daily is None else int(daily["days"] or 0)
    if daily is not None:
        written = written[: daily.start()]
    bare = _YEARLY.sub("", written)
    bare_unit = re.sub(r"[×*()]", "", bare)
    for scale, power in SCALES.items():
        known = _UNITS.get(bare_unit.removeprefix(scale)) if bare_unit.startswith(scale) else None
        if known is not None:
            dimension, name, own = known
            return Measure(name, dimension, _ten(power), _ten(power + own), bare != written, days)
    return None


def read_scale(text: str) -> Decimal | None:
    """The scale that a text writes without a unit: 万, 亿, ×10⁴; None where it writes another thing, or nothing."""
    written = re.sub(r"[×*]", "", spelt(text))
    return _ten(SCALES[written]) if written and written in SCALES else None


def to_table(measure: Measure) -> tuple[str, Decimal] | None:
    """The unit of the energy table that a written one is brought to, and by which factor; None where the table has none of its kind."""
    own = {name: unit.base for name, unit in UNITS.items() if unit.dimension == measure.dimension}
    by_ten_thousand = f"10^4{measure.name}"
    if measure.scale >= 10000 and by_ten_thousand in own:
        name = by_ten_thousand
    elif measure.name in own:
        name = measure.name
    else:
        single = {name: base for name, base in own.items() if not name.startswith("10^4")}
        fitting = [name for name, base in single.items() if base <= measure.base]
        if not single:
            return None
        name = max(fitting, key=single.__getitem__) if fitting else min(single, key=single.__getitem__)
    return name, _exact_quotient(measure.base, own[name])


def factor_to(measure: Measure, own: Measure) -> Decimal | None:
    """How many of a field's own unit a written one is; None where they measure different things."""
    fits = measure.dimension == own.dimension or (measure.dimension, own.dimension) == ("mass", "carbon")
    return _exact_quotient(measure.base, own.base) if fits else None


def _ten(power: int) -> Decimal:
    return Decimal(1).scaleb(power)


def _exact_quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Of two powers of ten."""
    return _ten(dividend.adjusted() - divisor.adjusted())
