# language: zh-CN
功能: 四（三） 产能置换
  对需要实施产能置换的项目，从严审核产能置换方案。置换比例按方案公告日和置换情形取定，填报的比例更高的从其填报。

  场景大纲: 钢铁置换比例以方案公告日为准
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2025.3
    并且 审查日为 2026-08-01
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    并且 填报 "capacity" 为 {"new_t": 100, "announced": <公告日>, "cross_province": false, "restricted": false, "merger": false, "same_site": false, "retired": [{"capacity_t": <退出>, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    例子:
      | 公告日       | 退出       | 结论    |
      | "2026-05-23" | 124.999999 | fail    |
      | "2026-05-23" | 125        | pass    |
      | "2026-05-24" | 125        | fail    |
      | "2026-05-24" | 149.999999 | fail    |
      | "2026-05-24" | 150        | pass    |
      | "none"       | 149.999999 | fail    |
      | "none"       | 150        | pass    |
      | null         | 124.999999 | fail    |
      | null         | 125        | missing |
      | null         | 150        | pass    |
      | "2026-08-02" | 125        | missing |

  场景: 公告日未载明的，说明按各期比例一并判断
    假如 一个拟建新建的“两高”项目
    并且 审查日为 2026-08-01
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    并且 填报 "capacity" 为 {"new_t": 100, "retired": [{"capacity_t": 125, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 missing
    并且 “capacity-replacement”的缺项为 capacity.announced
    并且 提示中有 announced-not-stated

  场景大纲: 钢铁暂停公告的提示只对其后公告的方案
    假如 一个拟建新建的“两高”项目
    并且 审查日为 <审查日>，采用当日施行的版本
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    并且 填报 "capacity" 为 {"new_t": 100, "announced": <公告日>}
    当 对照审查
    那么 提示中<有> capacity-iron-and-steel
    例子:
      | 审查日     | 公告日       | 有   |
      | 2026-08-01 | "2024-08-22" | 没有 |
      | 2026-08-01 | "2024-08-23" | 有   |
      | 2026-08-01 | "none"       | 有   |
      | 2026-08-01 | null         | 有   |
      | 2024-08-22 | null         | 没有 |
      | 2024-08-22 | "none"       | 没有 |

  场景大纲: 不涉及产能置换的项目，没有置换的提示
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    并且 填报 "capacity" 为 {"new_t": 100, "ratio": 1, "required": <需置换>, "exemption": <免于置换>}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    并且 提示中<有> announced-not-stated
    并且 提示中<有> capacity-iron-and-steel
    并且 提示中<有> ratio-below-table
    例子:
      | 阶段                 | 性质                   | 需置换 | 免于置换                                | 结论           | 有   |
      | "proposed"           | "new"                  | null   | null                                    | missing        | 有   |
      | null                 | "new"                  | null   | null                                    | missing        | 有   |
      | "proposed"           | null                   | null   | null                                    | missing        | 有   |
      | "proposed"           | "technical_renovation" | true   | null                                    | missing        | 有   |
      | "proposed"           | "technical_renovation" | false  | null                                    | not_applicable | 没有 |
      | "existing"           | "new"                  | null   | null                                    | not_applicable | 没有 |
      | "under_construction" | "new"                  | true   | null                                    | not_applicable | 没有 |
      | "proposed"           | "new"                  | null   | {"document": "免置换〔2025〕1号", "reason": "不新增产能"} | not_applicable | 没有 |

  场景大纲: 跨省置换、置换限制类产能按其比例，未载明的待定
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "announced": "2025-02-01", "cross_province": <跨省>, "restricted": <限制类>, "same_site": <同厂区>, "retired": [{"capacity_t": <退出>, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    例子:
      | 跨省  | 限制类 | 同厂区 | 退出       | 结论    |
      | false | false  | false  | 149.999999 | fail    |
      | false | false  | false  | 150        | pass    |
      | true  | false  | false  | 199.999999 | fail    |
      | true  | false  | false  | 200        | pass    |
      | false | true   | false  | 199.999999 | fail    |
      | false | true   | false  | 200        | pass    |
      | null  | false  | false  | 149.999999 | fail    |
      | null  | false  | false  | 150        | missing |
      | null  | false  | false  | 200        | pass    |
      | false | null   | false  | 150        | missing |
      | null  | false  | true   | 99.999999  | fail    |
      | null  | false  | true   | 100        | pass    |
      | false | null   | true   | 100        | missing |
      | false | true   | true   | 199.999999 | fail    |
      | false | true   | true   | 200        | pass    |

  场景大纲: 兼并重组、同厂区的比例以退出产能均有公告为前提；两者都有的取低者
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    并且 填报 "capacity" 为 {"new_t": 100, "announced": "2025-02-01", "cross_province": false, "restricted": <限制类>, "merger": <兼并>, "same_site": <同厂区>, "retired": [{"capacity_t": <退出>, "document": "公告", "closed_before_operation": true}, {"capacity_t": 0, "document": <另一公告>, "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    例子:
      | 限制类 | 兼并 | 同厂区 | 另一公告 | 退出       | 结论    |
      | false  | true | null   | "公告"   | 109.999999 | fail    |
      | false  | true | null   | "公告"   | 110        | pass    |
      | false  | true | null   | null     | 110        | fail    |
      | false  | true | null   | "none"   | 110        | fail    |
      | false  | true | true   | "公告"   | 99.999999  | fail    |
      | false  | true | true   | "公告"   | 100        | pass    |
      | false  | null | null   | "公告"   | 124.999999 | fail    |
      | null   | true | null   | "公告"   | 110        | missing |
      | null   | true | null   | "公告"   | 125        | pass    |
      | true   | true | true   | "公告"   | 124.999999 | fail    |
      | true   | true | true   | "公告"   | 125        | pass    |

  场景大纲: 填报的比例高于表列的从其填报，低于表列的按表列并提示
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 742500, "ratio": <比例>, "announced": "2025-02-01", "cross_province": false, "restricted": false, "merger": false, "same_site": false, "retired": [{"capacity_t": 1200000, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    并且 “capacity-replacement”的余量为 <余量>
    例子:
      | 比例 | 结论 | 余量    |
      | 2    | fail | -285000 |
      | 1.5  | pass | 86250   |
      | 1    | pass | 86250   |
      | null | pass | 86250   |

  场景: 填报的比例低于表列
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 1240000, "ratio": 1, "announced": "2025-02-01", "cross_province": false, "restricted": false, "retired": []}
    当 对照审查
    那么 提示中有 ratio-below-table

  场景: 同一法人同一厂区等量置换
    假如 一个拟建新建的“两高”项目
    并且 审查日为 2025-07-01
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 1240000, "ratio": 1, "announced": "2025-06-01", "same_site": true, "restricted": false, "retired": [{"capacity_t": 1240000, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 pass
    并且 “capacity-replacement”的余量为 0

  场景大纲: 同一退出生产线（企业、公告相同）填报两行的，只确定计入一次，其余待定
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "ratio": 1.5, "announced": "2025-02-01", "cross_province": false, "restricted": false, "retired": [{"enterprise": "甲1线", "capacity_t": 100, "document": "公告〔2025〕1号", "closed_before_operation": true}, <另一行>]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    并且 “capacity-replacement”的可计入量为 <确定> 至 <可能>
    并且 “capacity-replacement”的缺项为 <缺项>
    例子:
      | 另一行 | 结论 | 确定 | 可能 | 缺项 |
      | {"enterprise": "甲1线", "capacity_t": 100, "document": "公告〔2025〕1号", "closed_before_operation": true}         | missing | 100 | 200 | capacity.retired[1].enterprise |
      | {"enterprise": "甲 １＃线", "capacity_t": 100, "document": "公告[2025]1号", "closed_before_operation": true}       | missing | 100 | 200 | capacity.retired[1].enterprise |
      | {"enterprise": "甲1线", "capacity_t": 120, "document": "公告〔2025〕1号", "closed_before_operation": true}         | missing | 120 | 220 | capacity.retired[1].enterprise |
      | {"enterprise": "甲1线", "capacity_t": 49.999999, "document": "公告〔2025〕1号", "closed_before_operation": true}   | fail    | 100 | 149.999999 | 无 |

  场景大纲: 生产线或公告不同的，各计各的
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "ratio": 1.5, "announced": "2025-02-01", "cross_province": false, "restricted": false, "retired": [{"enterprise": "甲1线", "capacity_t": 100, "document": "公告1", "closed_before_operation": true}, {"enterprise": <企业>, "capacity_t": 100, "document": <公告>, "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 pass
    并且 “capacity-replacement”的余量为 50
    例子:
      | 企业    | 公告    |
      | "甲2线" | "公告1" |
      | "甲1线" | "公告2" |
      | "乙1线" | "公告1" |
