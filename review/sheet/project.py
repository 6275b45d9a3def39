"""The project (项目), where it stands (选址), its approvals (审批) and its management (管理)."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from review.sheet.fields import (
    NONE,
    OFFICE,
    Amount,
    AsAbsent,
    AsStated,
    Day,
    DayOrNone,
    Flag,
    Industry,
    Latitude,
    Longitude,
    Name,
    OrNone,
    Part,
    Reason,
    Words,
    at_intake,
    field,
    refuse,
    shown,
)
from review.sheet.identifiers import Identifier, IdentifierOrNone, Number

NATURES = {
    "new": ("新建", "new"), "relocation": ("迁建", "relocation"), "rebuild": ("改建", "rebuild"), "expansion": ("扩建", "expansion"),
    "technical_renovation": ("技术改造", "technical renovation"),
}  # fmt: skip
STAGES = {
    "proposed": ("拟建", "proposed"),
    "under_construction": ("在建", "under construction"),
    "existing": ("建成（存量）", "existing"),
}
CATEGORIES = {
    "encouraged": ("鼓励类", "encouraged"), "permitted": ("允许类", "permitted"), "restricted": ("限制类", "restricted"),
    "eliminated": ("淘汰类", "eliminated"),
}  # fmt: skip
OUTFALLS = {
    "none": ("不设入海排污口", "no outfall"), "filed_existing": ("已备案的现有排污口", "filed, existing"),
    "filed_new": ("已备案的新增排污口", "filed, new"), "unfiled": ("未备案（非法）", "not filed"),
}  # fmt: skip
RIVER_OUTFALLS = {
    "none": ("不设入河排污口", "no outfall"),
    "approved": ("已经同意设置", "approved"),
    "unapproved": ("未经同意", "not approved"),
}
SEWAGE = {
    "park_plant": ("园区污水处理厂", "park treatment plant"),
    "own_plant": ("自建污水处理站", "own plant"),
    "direct": ("直接排放", "direct discharge"),
}
AUTHORITIES = {
    "ndrc": ("国家发展改革委", "NDRC"), "province": ("省级", "province"), "city": ("设区市级", "city"), "county": ("县（市、区）级", "county"),
}  # fmt: skip


class Document(Part):
    """A document: 文号, date, 出具机关, who checked it. Recorded (有据) means that `document` is stated."""

    document: Number = field(
        "文号",
        "document number",
        meaning=("文件编号；填写即视为有据", "the number; stated means recorded"),
        example="融发改审〔2025〕12 号（示例）",
    )
    date: Day = field("日期", "date", example="2025-03-01")
    authority: Words = field("出具机关", "issued by", example="市发展和改革局（示例）")
    verified_by: Words = field(
        "核对人", "checked by", meaning=("核对原件的岗位", "the post that checked the original"), example="节能审查岗"
    )


class ReasonedDocument(Document):
    """A document with the reason it gives."""

    reason: Reason = field("理由", "reason", example="依托港口岸线，无法入园")


class SectorOverride(Document):
    """两高认定: the office's own finding that a project is, or is not, two-high."""

    two_high: Flag = field("认定为“两高”项目", "found to be two-high", example=True)


class EnergyReview(Document):
    """节能审查意见: its authority is a level."""

    authority: Literal["ndrc", "province", "city", "county"] | None = field(
        "出具机关级次", "level of authority", choices=AUTHORITIES, example="city"
    )
    certificate: Flag = field(
        "整改后的证明",
        "certificate after rectification",
        meaning=(
            "是否为整改完成后由节能审查机关出具的证明",
            "whether it is the certificate that the authority gives after a rectification",
        ),
        example=False,
        since=2,
    )


MaybeDocument = Annotated[Annotated[Document, AsStated] | AsAbsent, OrNone] | None
MaybeEnergyReview = Annotated[Annotated[EnergyReview, AsStated] | AsAbsent, OrNone] | None


class Project(Part):
    """项目: who, what, where it stands in its life."""

    code: Identifier = field(
        "项目代码",
        "project code",
        meaning=("投资项目在线审批监管平台赋码，24 位", "24 characters of the investment platform"),
        example="2503-350181-04-01-123456",
    )
    name: Name = Field(title="项目名称", description="项目全称", examples=["年产 60 万吨合成氨项目（虚构）"],
                       json_schema_extra={"label": {"zh": "项目名称", "en": "project name"}, "meaning": {"zh": "项目全称", "en": "full name"}})  # fmt: skip
    applicant: Words = field("建设单位", "applicant", example="示例化工有限公司（虚构）")
    uscc: Identifier = field(
        "统一社会信用代码",
        "unified social credit code",
        meaning=("18 位，GB 32100-2015", "18 characters"),
        example="91350181MA00000000",
    )
    industry: Industry = field(
        "国民经济行业", "industry", meaning=("GB/T 4754-2017 四位小类代码", "four-digit class"), example="C2621"
    )
    nature: Literal["new", "relocation", "rebuild", "expansion", "technical_renovation"] | None = field(
        "建设性质", "nature", choices=NATURES, example="new"
    )
    stage: Literal["proposed", "under_construction", "existing"] | None = field(
        "建设阶段", "stage", choices=STAGES, example="proposed"
    )
    policy_category: Literal["encouraged", "permitted", "restricted", "eliminated"] | None = field(
        "产业政策类别",
        "industrial policy category",
        meaning=("产业结构调整指导目录类别", "of the national catalogue"),
        choices=CATEGORIES,
        example="permitted",
    )
    construction_started: DayOrNone = field(
        "开工日期",
        "construction started on",
        meaning=("在建、建成项目填日期；拟建项目未开工写 none", "none for a proposed project that has not started"),
        example="2025-06-01",
        since=2,
    )
    in_production_since: Day = field("投产日期", "in production since", example="2026-01-15", since=2)
    received: Day = field(
        "受理日期", "received on", meaning=("受理（收件）日", "day the file was received"), example="2025-03-01"
    )
    investment_wan: Amount = field("总投资", "total investment", unit="万元", example="85000")
    value_added_wan: Amount = field("工业增加值", "industrial value added", unit="万元/年", example="42000")
    water_m3: Amount = field("取水量", "water withdrawn", unit="m³/年", example="480000")
    sector_override: SectorOverride | None = field(
        "两高认定", "two-high finding", meaning=("本单位对是否“两高”的认定及依据", "the office's finding"), by=OFFICE
    )

    @model_validator(mode="after")
    def _has_started_where_it_is_past_planning(self, info: ValidationInfo) -> Self:
        """Only a project under construction or standing has begun; only a proposed one has not."""
        started, stage = self.construction_started, self.stage
        if started is None or stage is None or (started == NONE) == (stage == "proposed") or not at_intake(info):
            return self
        words = STAGES[stage]
        if stage == "proposed":
            raise refuse(
                "started_proposed", f"“{words[0]}”项目不得有开工日期（{started}）：未开工写 none；已开工的请改建设阶段",
                f"a {words[1]} project has no day of starting ({started}): write none, or change the stage where it has started",
                ("construction_started", "stage"),
            )  # fmt: skip
        raise refuse(
            "started_none", f"“{words[0]}”项目的开工日期不得写 none：请填日期，未知请留空；未开工的请改建设阶段",
            f"the stage is “{words[1]}”, so it has started: give the day, leave it out where it is not known, or change the stage",
            ("construction_started", "stage"),
        )  # fmt: skip


class Site(Part):
    """选址: park, place, fuel-ban zone, sewage."""

    park: IdentifierOrNone = field(
        "园区", "park", meaning=("园区编号；在园区外写 none", "park id; none outside every park")
    )
    park_exemption: ReasonedDocument | None = field("不入园依据", "ground for standing outside")
    address: Words = field("建设地点", "address", example="某镇某路 1 号（示例）")
    longitude: Longitude = field("经度", "longitude", unit="°", example="119.30")
    latitude: Latitude = field("纬度", "latitude", unit="°", example="25.45")
    in_fuel_ban_zone: Flag = field("在高污染燃料禁燃区内", "in the fuel-ban zone", example=False)
    in_heating_network: Flag = field("在供热管网覆盖范围内", "in reach of the heating network", example=True)
    sea_outfall: Literal["none", "filed_existing", "filed_new", "unfiled"] | None = field(
        "入海排污口", "sea outfall", choices=OUTFALLS, example="none"
    )
    sewage: Literal["park_plant", "own_plant", "direct"] | None = field(
        "污水去向", "sewage goes to", choices=SEWAGE, example="park_plant"
    )
    river_outfall: Literal["none", "approved", "unapproved"] | None = field(
        "入河排污口",
        "river outfall",
        choices=RIVER_OUTFALLS,
        example="none",
        since=2,
    )
    outfall_protected: Flag = field(
        "排污口位于保护区域",
        "outfall in a protected area",
        meaning=(
            "排污口位于自然保护地、重要渔业水域、海水浴场、生态保护红线等区域",
            "the outfall lies in a nature reserve, important fishing water, bathing beach, ecological red line or the like",
        ),
        example=False,
        since=2,
    )
    in_built_up_area: Flag = field("位于城市建成区", "in the built-up area", example=False, since=2)
    fuel_switch_by: Day = field(
        "改用清洁能源期限",
        "to switch to clean fuel by",
        meaning=(
            "禁燃区内改用清洁能源的规定期限；未规定请留空",
            "the term set in the fuel-ban zone; leave it out where none is set",
        ),
        example="2026-12-31",
        by=OFFICE,
        since=2,
    )
    park_planning_eia: Flag = field(
        "园区经规划环评", "the park has a planning EIA", meaning=("园区表写明的以园区表为准", "the table of parks wins where it says"),
        example=True, by=OFFICE, since=2,
    )  # fmt: skip


class Approvals(Part):
    """审批: what a project under construction or standing should hold; `none` says that it does not."""

    filing: MaybeDocument = field("备案/核准", "filing")
    eia: MaybeDocument = field("环评批复", "EIA approval")
    permit: MaybeDocument = field("排污许可证", "discharge permit")
    acceptance: MaybeDocument = field("竣工环保验收", "acceptance")


class Management(Part):
    """管理: posts and duties."""

    environment_officer: Flag = field("专职环保人员", "environment officer", example=True)
    key_discharger: Flag = field(
        "环境监管重点单位", "key discharger", meaning=("列入重点排污单位名录", "on the list"), example=True
    )
    cleaner_production_required: Flag = field(
        "依法应开展强制性清洁生产审核", "cleaner production audit required", example=False
    )
    cleaner_production_audit: Flag = field("已开展清洁生产审核", "cleaner production audit done", example=True)
    permit_key_management: Flag = field(
        "排污许可重点管理",
        "under key management of discharge permits",
        example=True,
        by=OFFICE,
        since=2,
    )
    automatic_monitoring: Flag = field(
        "污染物自动监测",
        "automatic monitoring of pollutants",
        meaning=("已安装并联网", "in place and connected"),
        example=True,
        since=2,
    )
    key_energy_user_designated: Flag = field(
        "被指定为重点用能单位",
        "designated as a key energy user",
        example=False,
        by=OFFICE,
        since=2,
    )


def _conforms(value: Any) -> Any:
    if value is None or isinstance(value, bool) or value == "not_applicable":
        return value
    raise refuse(
        "conforms",
        f"应为 true、false 或 not_applicable，实为 {shown(value).zh}",
        f"should be true, false or not_applicable, found {shown(value).en}",
    )


Conforms = Annotated[bool | Literal["not_applicable"] | None, BeforeValidator(_conforms)]
