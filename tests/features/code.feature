# language: zh-CN
功能: 四（三）、三（八）、三（九）、四（七） 生态环境法典施行后的环评关口、批复效力、排污口、锅炉和自动监测
  对不符合生态环境保护法律法规……要求的，依法不予审批；限制新增入海排污口；推动淘汰供热管网覆盖范围内的燃煤锅炉。

  背景:
    假如 一个拟建新建的“两高”项目
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026

  场景大纲: 法典新增的环评关口：符合且有依据方为符合
    假如 填报 "project.nature" 为 "expansion"
    并且 填报 "eia.<关口>" 为 <填报>
    当 对照审查
    那么 “<规则>”的结论为 <结论>
    例子:
      | 关口                | 规则                    | 填报                                    | 结论           |
      | discharge_standards | eia-discharge-standards | {"conforms": true, "document": "节"}    | pass           |
      | discharge_standards | eia-discharge-standards | {"conforms": false}                     | fail           |
      | discharge_standards | eia-discharge-standards | {"conforms": true}                      | missing        |
      | own_legacy          | eia-own-legacy          | {"conforms": true, "document": "节"}    | pass           |
      | own_legacy          | eia-own-legacy          | {"conforms": false, "document": "节"}   | fail           |
      | own_legacy          | eia-own-legacy          | {"document": "节"}                      | missing        |
      | own_legacy          | eia-own-legacy          | {"conforms": "not_applicable", "note": "无原有污染"} | not_applicable |
      | report_quality      | eia-report-quality      | {"conforms": true, "document": "节"}    | pass           |
      | report_quality      | eia-report-quality      | {"conforms": false}                     | fail           |
      | report_quality      | eia-report-quality      | null                                    | missing        |
      | region_open         | eia-region-open         | {"conforms": true, "document": "节"}    | pass           |
      | region_open         | eia-region-open         | {"conforms": false}                     | fail           |
      | region_open         | eia-region-open         | {"conforms": true}                      | missing        |
      | region_open         | eia-region-open         | {"conforms": "not_applicable", "note": "不新增重点污染物"} | not_applicable |

  场景大纲: 原有污染的防治只问改建、扩建、技改；关口只问拟建“两高”项目
    假如 填报 "project.nature" 为 <性质>
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.industry" 为 <行业>
    当 对照审查
    那么 “eia-own-legacy”的结论为 <原有污染>
    并且 “eia-discharge-standards”的结论为 <达标>
    并且 “eia-report-quality”的结论为 <达标>
    并且 “eia-region-open”的结论为 <达标>
    例子:
      | 性质                   | 阶段       | 行业   | 原有污染       | 达标           |
      | "new"                  | "proposed" | "3011" | not_applicable | missing        |
      | "rebuild"              | "proposed" | "3011" | missing        | missing        |
      | "technical_renovation" | "proposed" | "3011" | missing        | missing        |
      | null                   | "proposed" | "3011" | missing        | missing        |
      | "rebuild"              | "existing" | "3011" | not_applicable | not_applicable |
      | "rebuild"              | "proposed" | "2311" | not_applicable | not_applicable |

  场景大纲: 自批准之日起超过五年方开工建设的，应当重新审核
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "project.construction_started" 为 <开工>
    并且 填报 "approvals.eia" 为 <批复>
    并且 填报 "eia" 为 <其后>
    当 对照审查
    那么 “eia-five-years”的结论为 <结论>
    例子:
      | 阶段                 | 开工         | 批复                                          | 其后 | 结论           |
      | "under_construction" | "2026-03-01" | {"document": "批", "date": "2021-03-01"}      | {}   | pass           |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {}   | fail           |
      | "under_construction" | "2021-02-28" | {"document": "批", "date": "2021-03-01"}      | {}   | fail           |
      | "existing"           | "2021-03-01" | {"document": "批", "date": "2021-03-01"}      | {}   | pass           |
      | "existing"           | "2025-02-28" | {"document": "批", "date": "2020-02-29"}      | {}   | pass           |
      | "existing"           | "2025-03-01" | {"document": "批", "date": "2020-02-29"}      | {}   | fail           |
      | "existing"           | null         | {"document": "批", "date": "2020-02-29"}      | {}   | not_applicable |
      | "under_construction" | null         | {"document": "批", "date": "2020-02-29"}      | {}   | missing        |
      | "under_construction" | "2026-03-02" | {"document": "批"}                            | {}   | missing        |
      | "under_construction" | "2026-03-02" | "none"                                        | {}   | not_applicable |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"reexamined": {"document": "审", "date": "2026-03-02"}} | pass |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"reexamined": {"document": "审", "date": "2026-03-03"}} | fail |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"reexamined": {"document": "审"}} | missing |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"reexamined": "none"} | fail |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"change_approval": {"document": "重", "date": "2026-03-02"}} | pass |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"change_approval": {"document": "重", "date": "2026-03-03"}} | fail |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2021-03-01"}      | {"change_approval": {"document": "重"}} | missing |
      | "under_construction" | "2026-03-02" | {"document": "批", "date": "2015-03-01"}      | {"change_approval": {"document": "重", "date": "2021-03-01"}} | fail |

  场景大纲: 拟建项目的环评批复满五年的，开工前报重新审核
    假如 审查日为 <审查日>
    并且 填报 "approvals.eia" 为 {"document": "批", "date": "2021-09-01"}
    并且 填报 "eia" 为 <其后>
    当 对照审查
    那么 “eia-five-years-proposed”的结论为 <结论>
    并且 “eia-five-years”的结论为 not_applicable
    例子:
      | 审查日     | 其后 | 结论      |
      | 2026-09-01 | {}   | pass      |
      | 2026-09-02 | {}   | attention |
      | 2026-09-02 | {"reexamined": {"document": "审", "date": "2026-09-02"}} | pass |
      | 2026-09-02 | {"reexamined": {"document": "审", "date": "2026-09-03"}} | attention |
      | 2026-09-02 | {"reexamined": {"document": "审"}} | missing |

  场景大纲: 发生重大变动的，应当重新报批
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "approvals.eia" 为 {"document": "批", "date": "2024-03-01"}
    并且 填报 "eia" 为 <变动>
    当 对照审查
    那么 “eia-major-change”的结论为 <在建存量>
    并且 “eia-major-change-proposed”的结论为 <拟建>
    例子:
      | 阶段                 | 变动                                                                | 在建存量       | 拟建           |
      | "existing"           | {"major_change": true, "change_approval": {"document": "重"}}       | pass           | not_applicable |
      | "existing"           | {"major_change": true, "change_approval": "none"}                   | fail           | not_applicable |
      | "under_construction" | {"major_change": true}                                              | missing        | not_applicable |
      | "under_construction" | {"major_change": false, "change_approval": "none"}                  | not_applicable | not_applicable |
      | "under_construction" | {}                                                                  | not_applicable | not_applicable |
      | "proposed"           | {"major_change": true, "change_approval": {"document": "重"}}       | not_applicable | pass           |
      | "proposed"           | {"major_change": true, "change_approval": "none"}                   | not_applicable | attention      |
      | "proposed"           | {"major_change": true}                                              | not_applicable | missing        |

  场景大纲: 石化、化工、焦化、有色冶炼、平板玻璃项目布设在经规划环评的园区
    假如 填报 "project.industry" 为 <行业>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "site" 为 <选址>
    当 对照审查
    那么 “park-planning-eia”的结论为 <结论>
    例子:
      | 行业   | 性质        | 选址                                                | 结论           |
      | "3041" | "expansion" | {"park": "none"}                                    | fail           |
      | "3041" | "expansion" | {"park": "none", "park_exemption": {"document": "文号", "reason": "岸线"}} | fail |
      | "2614" | "new"       | {"park": "jiangyin", "park_planning_eia": true}     | pass           |
      | "2511" | "new"       | {"park": "jiangyin", "park_planning_eia": false}    | fail           |
      | "3211" | "new"       | {"park": "jiangyin"}                                | missing        |
      | "3041" | "new"       | {"park": null}                                      | missing        |
      | "3041" | "rebuild"   | {"park": "none"}                                    | not_applicable |
      | "3011" | "new"       | {"park": "none"}                                    | not_applicable |
      | null   | "new"       | {"park": "none"}                                    | missing        |

  场景大纲: 入河排污口经同意，保护区域内不新设入海排污口
    假如 填报 "site" 为 <选址>
    当 对照审查
    那么 “river-outfall”的结论为 <入河>
    并且 “sea-outfall-protected”的结论为 <入海>
    例子:
      | 选址                                                                                | 入河           | 入海           |
      | {"sewage": "own_plant", "river_outfall": "unapproved", "sea_outfall": "none"}       | fail           | not_applicable |
      | {"sewage": "direct", "river_outfall": "approved", "sea_outfall": "filed_existing"}  | pass           | not_applicable |
      | {"sewage": "direct", "river_outfall": "none"}                                       | pass           | missing        |
      | {"sewage": "own_plant", "sea_outfall": "filed_new", "outfall_protected": true}      | missing        | fail           |
      | {"sewage": "park_plant", "river_outfall": "unapproved", "sea_outfall": "filed_new"} | not_applicable | missing        |
      | {"sea_outfall": "filed_new", "outfall_protected": false}                            | missing        | pass           |

  场景大纲: 新增重点污染物的区域削减
    假如 填报 "pollutants" 为 [{"pollutant": "so2", "added_t": <新增>, "reduction_t": <削减>, "reduction_document": <文号>}]
    当 对照审查
    那么 “pollutant-reduction”的结论为 <结论>
    例子:
      | 新增 | 削减      | 文号   | 结论           |
      | 10   | 9.999999  | "文号" | fail           |
      | 10   | 10        | "文号" | pass           |
      | 10   | 10.000001 | "文号" | pass           |
      | 10   | 10        | "none" | fail           |
      | 10   | 10        | null   | missing        |
      | 10   | null      | "文号" | missing        |
      | 0    | null      | null   | not_applicable |
      | null | 10        | "文号" | missing        |

  场景大纲: 未写明是哪种污染物的，不能认定削减有据
    假如 填报 "pollutants" 为 [{"added_t": 10, "reduction_t": <削减>, "reduction_document": <文号>}]
    当 对照审查
    那么 “pollutant-reduction”的结论为 <结论>
    并且 “pollutant-reduction”的缺项为 <缺项>
    例子:
      | 削减     | 文号   | 结论    | 缺项                               |
      | 10       | "文号" | missing | pollutants[0].pollutant            |
      | 10       | null   | missing | pollutants[0].reduction_document   |
      | 9.999999 | "文号" | fail    | 无                                 |
      | 10       | "none" | fail    | 无                                 |

  场景: 未填报重点污染物，不作判断
    当 对照审查
    那么 “pollutant-reduction”的结论为 not_applicable

  场景大纲: 禁燃区内设施是否已建成，以项目的阶段和性质为先
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "site" 为 {"in_fuel_ban_zone": true, "fuel_switch_by": <期限>}
    并且 填报 "coal" 为 {"boilers": [{"fuel": "coal", "existing": <已建>}], "kilns": []}
    当 对照审查
    那么 “fuel-ban-zone”的结论为 <新建>、not_applicable
    并且 “fuel-ban-zone-existing”的结论为 <存量>、not_applicable
    并且 “fuel-ban-overdue”的结论为 <逾期>、not_applicable
    例子:
      | 阶段                 | 性质        | 期限         | 已建  | 新建           | 存量           | 逾期           |
      | "proposed"           | "new"       | null         | true  | fail           | not_applicable | not_applicable |
      | "under_construction" | "relocation" | null        | null  | fail           | not_applicable | not_applicable |
      | "proposed"           | "expansion" | null         | false | fail           | not_applicable | not_applicable |
      | "proposed"           | "expansion" | null         | true  | not_applicable | attention      | not_applicable |
      | "proposed"           | "expansion" | null         | null  | missing        | missing        | not_applicable |
      | "existing"           | "new"       | null         | null  | not_applicable | attention      | not_applicable |
      | "existing"           | "new"       | null         | false | not_applicable | not_applicable | not_applicable |
      | "existing"           | "new"       | "2026-11-23" | null  | not_applicable | attention      | not_applicable |
      | "existing"           | "new"       | "2026-11-22" | null  | not_applicable | not_applicable | fail           |
      | "under_construction" | "rebuild"   | "2026-11-22" | true  | not_applicable | not_applicable | fail           |
      | "proposed"           | "expansion" | "2026-11-22" | null  | missing        | not_applicable | missing        |

  场景大纲: 逾期后已改用清洁能源的为符合
    假如 填报 "project.stage" 为 "existing"
    并且 填报 "site" 为 {"in_fuel_ban_zone": <区内>, "fuel_switch_by": "2026-11-22"}
    并且 填报 "coal" 为 {"boilers": [], "kilns": [{"fuel": <燃料>}]}
    当 对照审查
    那么 “fuel-ban-overdue”的结论为 not_applicable、<结论>
    例子:
      | 区内  | 燃料          | 结论           |
      | true  | "natural_gas" | pass           |
      | true  | "petcoke"     | fail           |
      | true  | "other"       | missing        |
      | false | "coal"        | not_applicable |
      | null  | "coal"        | missing        |

  场景大纲: 供热管网覆盖范围内不新建燃煤供热锅炉
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "site.in_heating_network" 为 <管网>
    并且 填报 "coal.boilers" 为 [{"fuel": <燃料>, "heating": <供热>}]
    当 对照审查
    那么 “coal-boiler-heating-new”的结论为 <结论>
    例子:
      | 阶段                 | 管网  | 燃料      | 供热  | 结论           |
      | "proposed"           | true  | "coal"    | true  | fail           |
      | "under_construction" | true  | "coal"    | true  | fail           |
      | "existing"           | true  | "coal"    | true  | not_applicable |
      | "proposed"           | false | "coal"    | true  | not_applicable |
      | "proposed"           | true  | "biomass" | true  | not_applicable |
      | "proposed"           | true  | "coal"    | false | not_applicable |
      | "proposed"           | true  | "coal"    | null  | missing        |
      | "proposed"           | null  | "coal"    | true  | missing        |

  场景大纲: 城市建成区不新建 35 蒸吨/小时及以下燃煤锅炉
    假如 填报 "project.nature" 为 <性质>
    并且 填报 "site.in_built_up_area" 为 <建成区>
    并且 填报 "coal.boilers" 为 [{"fuel": "coal", "capacity_t_per_h": <容量>, "existing": <已建>}]
    当 对照审查
    那么 “coal-boiler-new-small”的结论为 <结论>
    例子:
      | 性质        | 建成区 | 容量      | 已建  | 结论           |
      | "new"       | true   | 34.999999 | null  | fail           |
      | "new"       | true   | 35        | null  | fail           |
      | "new"       | true   | 35.000001 | null  | pass           |
      | "new"       | true   | null      | null  | missing        |
      | "new"       | false  | 20        | null  | not_applicable |
      | "new"       | null   | 20        | null  | missing        |
      | "expansion" | true   | 20        | true  | not_applicable |
      | "expansion" | true   | 20        | null  | missing        |

  场景大纲: 原则上不新增自备燃煤机组
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "coal.power_units" 为 [{"captive": <自备>, "existing": <已有>}]
    当 对照审查
    那么 “coal-power-captive”的结论为 <结论>
    例子:
      | 阶段       | 自备  | 已有  | 结论           |
      | "proposed" | true  | false | fail           |
      | "proposed" | true  | null  | fail           |
      | "proposed" | false | false | pass           |
      | "proposed" | null  | false | missing        |
      | "proposed" | true  | true  | not_applicable |
      | "existing" | true  | false | not_applicable |

  场景大纲: 排污许可重点管理单位安装自动监测设备并联网
    假如 填报 "project.stage" 为 <阶段>
    并且 填报 "management" 为 {"permit_key_management": <重点管理>, "automatic_monitoring": <监测>}
    当 对照审查
    那么 “permit-key-monitoring”的结论为 <结论>
    例子:
      | 阶段       | 重点管理 | 监测  | 结论           |
      | "existing" | true     | true  | pass           |
      | "existing" | true     | false | fail           |
      | "existing" | true     | null  | missing        |
      | "existing" | false    | false | not_applicable |
      | "existing" | null     | false | missing        |
      | "proposed" | true     | false | not_applicable |
