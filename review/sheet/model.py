"""The project sheet (项目表, `two-high/sheet/1`) as a whole."""

from typing import Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from review.sheet.capacity import MaybeCapacity
from review.sheet.carbon import Carbon
from review.sheet.coal import MaybeCoal
from review.sheet.data_centre import MaybeDataCentre
from review.sheet.eia import Eia
from review.sheet.energy import Energy
from review.sheet.fields import LONGEST_LIST, Part, at_intake, field, refuse
from review.sheet.pollutants import POLLUTANTS, Pollutant
from review.sheet.products import Product
from review.sheet.project import Approvals, Management, Project, Site
from review.sheet.voc import MaybeVoc

SCHEMA = "two-high/sheet/1"


class ProjectSheet(Part):
    """What is submitted. Only the project's name is required; all else may be not stated."""

    schema_: Literal["two-high/sheet/1"] = Field(
        default="two-high/sheet/1", alias="schema", title="格式版本", description="two-high/sheet/1"
    )
    project: Project = Field(
        title="项目", description="项目基本情况", json_schema_extra={"label": {"zh": "项目", "en": "project"}}
    )
    site: Site | None = field("选址", "site")
    energy: Energy | None = field("能源", "energy")
    products: tuple[Product, ...] | None = field("产品", "products", longest=LONGEST_LIST)
    voc: MaybeVoc = field("挥发性有机物", "VOCs")
    carbon: Carbon | None = field("碳排放", "carbon", since=2)
    pollutants: tuple[Pollutant, ...] | None = field("重点污染物", "key pollutants", longest=LONGEST_LIST, since=2)
    coal: MaybeCoal = field("用煤设备", "coal")
    capacity: MaybeCapacity = field("产能置换", "capacity")
    eia: Eia | None = field("环评关口", "EIA gates")
    approvals: Approvals | None = field("审批手续", "approvals")
    data_centre: MaybeDataCentre = field("数据中心", "data centre")
    management: Management | None = field("管理", "management")

    @model_validator(mode="after")
    def _states_a_pollutant_once(self, info: ValidationInfo) -> Self:
        first: dict[str, int] = {}
        for index, each in enumerate(self.pollutants or ()):
            if each.pollutant is None or first.setdefault(each.pollutant, index) == index or not at_intake(info):
                continue
            zh, en = POLLUTANTS[each.pollutant]
            raise refuse(
                "pollutant_twice", f"“{zh}”填了两行：每种污染物只填一行，请合并", f"“{en}” is there twice: one row a pollutant; put them together",
                tuple(f"pollutants[{at}].pollutant" for at in (first[each.pollutant], index)),
            )  # fmt: skip
        return self
