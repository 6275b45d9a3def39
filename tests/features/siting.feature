# language: zh-CN
功能: 三（二）、三（八）、三（九） 选址、排污口、禁燃区与用煤
  重点领域新建工业项目原则上应入驻园区；取缔非法入海排污口；未使用清洁能源的工业炉窑需进行深度治理。

  场景大纲: 重点领域新建项目原则上入驻园区
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "site" 为 <选址>
    当 对照审查
    那么 “park-siting”的结论为 <结论>
    例子:
      | 行业   | 性质        | 选址                                     | 结论           |
      | "3011" | "new"       | {"park": "jiangyin"}                     | pass           |
      | "3011" | "new"       | {"park": "none"}                         | fail           |
      | "3011" | "new"       | {"park": "none", "park_exemption": {"document": "文号", "reason": "岸线"}} | attention |
      | "3011" | "new"       | {"park": "none", "park_exemption": {"document": "文号"}} | fail |
      | "3011" | "new"       | {"park": "none", "park_exemption": {"reason": "岸线"}}   | fail |
      | "3011" | "new"       | {"park": null}                           | missing        |
      | "3011" | "expansion" | {"park": "none"}                         | not_applicable |
      | "2311" | "new"       | {"park": "none"}                         | not_applicable |
      | null   | "new"       | {"park": "none"}                         | missing        |

  场景: 园区外且无依据，须补充论证
    假如 一个拟建新建的“两高”项目
    并且 填报 "site.park" 为 "none"
    并且 填报 "project.policy_category" 为 "permitted"
    当 对照审查
    那么 事项 filing 的建议为 justify

  场景大纲: 化工项目应在认定的化工园区；园区内不直排
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "site" 为 {"park": <园区>, "sewage": <污水>}
    当 对照审查
    那么 “park-fit”的结论为 <化工园区>
    并且 “park-sewage”的结论为 <污水结论>
    例子:
      | 行业   | 园区       | 污水         | 化工园区       | 污水结论       |
      | "2614" | "jiangyin" | "park_plant" | pass           | pass           |
      | "2511" | "yuanhong" | "own_plant"  | attention      | pass           |
      | "3011" | "yuanhong" | "direct"     | not_applicable | attention      |
      | "2614" | "none"     | "direct"     | not_applicable | not_applicable |
      | "2614" | null       | null         | missing        | missing        |
      | "2614" | "jiangyin" | null         | pass           | missing        |
      | null   | "jiangyin" | "direct"     | missing        | attention      |

  场景大纲: 入海排污口
    假如 一个拟建新建的“两高”项目
    并且 填报 "site.sea_outfall" 为 <排污口>
    当 对照审查
    那么 “sea-outfall”的结论为 <非法>
    并且 “sea-outfall-new”的结论为 <新增>
    例子:
      | 排污口           | 非法    | 新增           |
      | "none"           | pass    | not_applicable |
      | "filed_existing" | pass    | not_applicable |
      | "filed_new"      | pass    | attention      |
      | "unfiled"        | fail    | not_applicable |
      | 未载明           | missing | missing        |

  场景大纲: 禁燃区
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "site.in_fuel_ban_zone" 为 <区内>
    并且 填报 "coal" 为 {"boilers": [{"fuel": <燃料>}], "kilns": []}
    当 对照审查
    那么 “fuel-ban-zone”的结论为 <拟建>
    并且 “fuel-ban-zone-existing”的结论为 <存量>
    例子:
      | 阶段                 | 区内  | 燃料          | 拟建                          | 存量                          |
      | "proposed"           | true  | "coal"        | fail、not_applicable          | not_applicable、not_applicable |
      | "proposed"           | true  | "petcoke"     | fail、not_applicable          | not_applicable、not_applicable |
      | "proposed"           | true  | "heavy_oil"   | fail、not_applicable          | not_applicable、not_applicable |
      | "proposed"           | true  | "biomass"     | pass、not_applicable          | not_applicable、not_applicable |
      | "proposed"           | true  | "other"       | missing、not_applicable       | not_applicable、not_applicable |
      | "proposed"           | true  | null          | missing、not_applicable       | not_applicable、not_applicable |
      | "proposed"           | false | "coal"        | not_applicable、not_applicable | not_applicable、not_applicable |
      | "proposed"           | null  | "coal"        | missing、not_applicable       | not_applicable、not_applicable |
      | "existing"           | true  | "coal"        | not_applicable、not_applicable | attention、not_applicable     |
      | "under_construction" | true  | "natural_gas" | pass、not_applicable          | not_applicable、not_applicable |
      | "existing"           | true  | "natural_gas" | not_applicable、not_applicable | pass、not_applicable          |

  场景大纲: 35 蒸吨/小时以上燃煤锅炉超低排放，供热管网内淘汰
    假如 一个拟建新建的“两高”项目
    并且 填报 "site.in_heating_network" 为 <管网>
    并且 填报 "coal.boilers" 为 [{"fuel": <燃料>, "capacity_t_per_h": <容量>, "ultra_low": <超低>}]
    当 对照审查
    那么 “coal-boiler-ultra-low”的结论为 <结论>
    并且 “coal-boiler-heating-network”的结论为 <淘汰>
    例子:
      | 管网  | 燃料          | 容量  | 超低  | 结论           | 淘汰           |
      | true  | "coal"        | 34.99 | false | not_applicable | attention      |
      | true  | "coal"        | 35    | false | attention      | attention      |
      | false | "coal"        | 35    | true  | pass           | not_applicable |
      | null  | "coal"        | 35    | null  | missing        | missing        |
      | true  | "natural_gas" | 75    | false | not_applicable | not_applicable |
      | true  | null          | 75    | true  | missing        | missing        |
      | true  | "other"       | 75    | false | not_applicable | not_applicable |

  场景大纲: 未使用清洁能源的工业炉窑需进行深度治理
    假如 一个拟建新建的“两高”项目
    并且 填报 "coal.kilns" 为 [{"fuel": <燃料>, "deep_treatment": <治理>}]
    当 对照审查
    那么 “kiln-clean-energy”的结论为 <结论>
    例子:
      | 燃料           | 治理  | 结论           |
      | "coal"         | true  | pass           |
      | "coal"         | false | fail           |
      | "biomass"      | false | fail           |
      | "petcoke"      | null  | missing        |
      | "natural_gas"  | false | not_applicable |
      | "electricity"  | false | not_applicable |
      | "lpg"          | false | not_applicable |
      | "hydrogen"     | false | not_applicable |
      | "central_heat" | false | not_applicable |
      | "other"        | false | missing        |
      | null           | true  | missing        |

  场景大纲: 新增煤电机组列入省规划，煤耗低于 270
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "coal.power_units" 为 [{"in_provincial_plan": <规划>, "supply_gce_per_kwh": <煤耗>, "existing": <已有>}]
    当 对照审查
    那么 “coal-power-plan”的结论为 <规划结论>
    并且 “coal-power-efficiency”的结论为 <煤耗结论>
    例子:
      | 性质        | 规划  | 煤耗       | 已有  | 规划结论       | 煤耗结论       |
      | "new"       | true  | 269.999999 | false | pass           | pass           |
      | "new"       | false | 270        | null  | fail           | fail           |
      | "expansion" | null  | null       | false | missing        | missing        |
      | "expansion" | false | 300        | true  | not_applicable | not_applicable |
      | "rebuild"   | false | 300        | false | not_applicable | not_applicable |
      | "relocation" | false | 300       | false | fail           | fail           |
