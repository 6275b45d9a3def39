# language: zh-CN
功能: 四（三）、四（四） 节能审查意见的效力、变更、验收与碳排放评价、替代
  落实节能审查制度要求，强化事中事后监管；依 2025 年第 31 号令，自 2025-09-01 起。

  场景大纲: 意见（同意变更决定）出具满两年未开工的，自动失效
    假如 一个拟建新建的“两高”项目
    并且 填报 "energy" 为 {"total_tce": 2000, "coal_t": 0, "review": {"document": "文号", "date": "2024-02-29", "authority": "province"}, "change_decision": <变更>}
    并且 审查日为 <审查日>
    并且 版本为 fuqing@2025.1
    当 对照审查
    那么 “energy-review-lapsed”的结论为 <结论>
    并且 “energy-review-due”的结论为 <结论>
    例子:
      | 审查日     | 变更                                       | 结论      |
      | 2026-02-27 | null                                       | pass      |
      | 2026-02-28 | null                                       | pass      |
      | 2026-03-01 | null                                       | attention |
      | 2026-03-01 | {"document": "变更", "date": "2026-03-01"} | pass      |
      | 2026-03-01 | {"document": "变更", "date": "2026-03-02"} | attention |
      | 2026-03-01 | {"document": "变更"}                       | missing   |

  场景大纲: 碳排放替代来源的编号只是括号写法不同的，按一个核定量计
    假如 一个拟建新建的“两高”项目
    并且 填报 "carbon" 为 {"total_t": 1000, "added_t": 1000, "replacement": [{"source": "碳〔2026〕1", "document": "文号", "reduction_t": 500, "allocated_t": 500}, {"source": <另一编号>, "document": "文号", "reduction_t": 500, "allocated_t": 500}]}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “carbon-replacement”的结论为 <结论>
    例子:
      | 另一编号      | 结论 |
      | "碳[2026]1"   | fail |
      | "碳〔2026〕2" | pass |

  场景大纲: 意见是否失效取决于未载明的阶段、变更决定日期时，两日的门槛都看
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "energy" 为 {"total_tce": <总量>, "coal_t": <煤>, "electricity_mwh": 0, "review": {"document": "文号", "date": <意见>, "authority": "county"}, "change_decision": <变更>}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “energy-review-authority”的结论为 <级次>
    并且 “energy-review-due”的结论为 <应审>
    并且 结论待定的缺项都是 <缺项>
    例子:
      | 阶段       | 总量 | 煤   | 意见         | 变更                                       | 级次           | 应审           | 缺项                                      |
      | "proposed" | 2000 | 0    | "2024-02-29" | null                                       | fail           | attention      | 无                                        |
      | "existing" | 2000 | 0    | "2024-02-29" | null                                       | not_applicable | not_applicable | 无                                        |
      | null       | 2000 | 0    | "2024-02-29" | null                                       | missing        | missing        | project.stage                             |
      | null       | 2000 | 0    | "2024-11-24" | null                                       | not_applicable | missing        | project.stage                             |
      | null       | 900  | 0    | "2024-02-29" | null                                       | not_applicable | not_applicable | 无                                        |
      | null       | 900  | 1200 | "2024-02-29" | null                                       | missing        | missing        | project.stage                             |
      | null       | 2000 | 0    | "2016-12-31" | null                                       | missing        | missing        | project.stage                             |
      | "proposed" | 2000 | 0    | "2024-02-29" | {"document": "变更"}                       | missing        | missing        | energy.change_decision.date               |
      | "proposed" | 900  | 1200 | "2024-02-29" | {"document": "变更"}                       | missing        | missing        | energy.change_decision.date               |
      | "proposed" | 2000 | 0    | "2024-02-29" | {"document": "变更", "date": "2024-03-01"} | fail           | attention      | 无                                        |
      | "proposed" | 2000 | 0    | "2024-02-29" | {"document": "变更", "date": "2025-03-01"} | not_applicable | pass           | 无                                        |
      | null       | 2000 | 0    | "2024-02-29" | {"document": "变更"}                       | missing        | missing        | project.stage、energy.change_decision.date |

  场景大纲: 开工在意见出具之后、失效之前
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "under_construction"
    并且 填报 "project.construction_started" 为 <开工>
    并且 填报 "energy" 为 {"total_tce": 2000, "coal_t": 0, "review": {"document": "文号", "date": "2023-06-10", "authority": "province", "certificate": <证明>}}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “energy-review-start”的结论为 <结论>
    例子:
      | 开工         | 证明  | 结论    |
      | "2023-06-09" | null  | fail    |
      | "2023-06-09" | false | fail    |
      | "2023-06-09" | true  | pass    |
      | "2023-06-10" | null  | pass    |
      | "2025-06-10" | null  | pass    |
      | "2025-06-11" | null  | fail    |
      | null         | null  | missing |

  场景大纲: 投产日期与开工日期、阶段不一致的，提示核对
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.construction_started" 为 <开工>
    并且 填报 "project.in_production_since" 为 "2018-01-01"
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 提示“days-contradictory”写着 <字样>
    例子:
      | 阶段                 | 开工         | 字样                                     |
      | "existing"           | "2025-06-11" | 投产日期 2018-01-01 早于开工日期 2025-06-11 |
      | "existing"           | "2018-01-02" | 投产日期 2018-01-01 早于开工日期 2018-01-02 |
      | "existing"           | "2018-01-01" | 无                                       |
      | "existing"           | null         | 无                                       |
      | null                 | null         | 无                                       |
      | "proposed"           | null         | 投产日期 2018-01-01 与建设阶段“拟建”不一致 |
      | "under_construction" | null         | 投产日期 2018-01-01 与建设阶段“在建”不一致 |

  场景大纲: 重大变动须有同意变更或重新审查的决定
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "energy" 为 {"total_tce": 2000, "coal_t": 0, "review": {"document": "文号", "date": "2025-10-01", "authority": "province"}, "major_change": <变动>, "change_decision": <决定>}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “energy-review-change”的结论为 <在建>
    并且 “energy-review-change-proposed”的结论为 <拟建>
    例子:
      | 阶段                 | 变动  | 决定                 | 在建           | 拟建           |
      | "under_construction" | true  | {"document": "变更"} | pass           | not_applicable |
      | "existing"           | true  | "none"               | fail           | not_applicable |
      | "existing"           | true  | null                 | missing        | not_applicable |
      | "existing"           | false | "none"               | not_applicable | not_applicable |
      | "existing"           | null  | "none"               | not_applicable | not_applicable |
      | "proposed"           | true  | "none"               | not_applicable | attention      |
      | "proposed"           | true  | {"document": "变更"} | not_applicable | pass           |
      | "proposed"           | true  | null                 | not_applicable | missing        |

  场景大纲: 2025-09-01 起投产的须通过节能验收，试运行六个月以内除外
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "existing"
    并且 填报 "project.in_production_since" 为 <投产>
    并且 填报 "energy" 为 {"total_tce": 2000, "coal_t": 0, "review": {"document": "文号", "date": "2025-10-01", "authority": "province"}, "acceptance": <验收>}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “energy-acceptance”的结论为 <强制>
    并且 “energy-acceptance-earlier”的结论为 <此前>
    例子:
      | 投产         | 验收                 | 强制           | 此前           |
      | "2025-08-31" | "none"               | not_applicable | attention      |
      | "2025-09-01" | "none"               | fail           | not_applicable |
      | "2026-05-22" | "none"               | fail           | not_applicable |
      | "2026-05-23" | "none"               | attention      | not_applicable |
      | "2025-09-01" | {"document": "验收"} | pass           | not_applicable |
      | "2025-09-01" | null                 | missing        | not_applicable |
      | null         | "none"               | not_applicable | attention      |

  场景大纲: 年实际综合能源消费量高于批复水平 10% 的须整改
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "existing"
    并且 填报 "energy" 为 {"total_tce": <实际>, "approved_tce": <批复>}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “energy-overrun”的结论为 <结论>
    例子:
      | 实际         | 批复  | 结论           |
      | 10999.999999 | 10000 | pass           |
      | 11000        | 10000 | pass           |
      | 11000.000001 | 10000 | fail           |
      | null         | 10000 | missing        |
      | 11000.000001 | null  | not_applicable |

  场景大纲: 国家审查的同步开展碳排放评价，地方审查的请确认
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "under_construction"
    并且 填报 "project.construction_started" 为 "2025-10-10"
    并且 填报 "energy" 为 {"total_tce": 600000, "electricity_mwh": 1000, "coal_t": 0, "ndrc_key_field": <重点领域>, "review": {"document": "文号", "date": <出具日>, "authority": "ndrc"}}
    并且 填报 "carbon" 为 {"evaluated": <评价>}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “carbon-evaluation-ndrc”的结论为 <国家>
    并且 “carbon-evaluation”的结论为 <地方>
    例子:
      | 重点领域 | 出具日       | 评价                 | 国家           | 地方           |
      | true     | "2025-08-31" | "none"               | not_applicable | not_applicable |
      | true     | "2025-09-01" | "none"               | fail           | not_applicable |
      | true     | "2025-09-01" | {"document": "评价"} | pass           | not_applicable |
      | true     | "2025-09-01" | null                 | missing        | not_applicable |
      | false    | "2025-09-01" | "none"               | not_applicable | attention      |
      | false    | "2025-09-01" | {"document": "评价"} | not_applicable | pass           |

  场景大纲: 新增碳排放实行等量或减量替代
    假如 一个拟建新建的“两高”项目
    并且 填报 "carbon" 为 {"total_t": <总量>, "added_t": <新增>, "replacement": [{"source": "C-1", "reduction_t": <核定>, "allocated_t": 10, "document": <依据>}]}
    并且 审查日为 2026-11-23
    并且 版本为 fuqing@2026
    当 对照审查
    那么 “carbon-replacement”的结论为 <结论>
    例子:
      | 总量 | 新增      | 核定     | 依据   | 结论           |
      | 10   | null      | 10       | "文号" | pass           |
      | 10   | null      | 9.999999 | "文号" | fail           |
      | 12   | 10.000001 | 10       | "文号" | fail           |
      | 12   | 9.999999  | 10       | "文号" | pass           |
      | 12   | 0         | 10       | "文号" | not_applicable |
      | null | null      | 10       | "文号" | missing        |
      | 10   | null      | 10       | "none" | fail           |
      | 10   | null      | 10       | null   | missing        |
