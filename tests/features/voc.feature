# language: zh-CN
功能: 三（十） 挥发性有机物综合整治
  严格涉 VOCs 建设项目准入，新、改、扩建涉 VOCs 排放项目，应使用低（无）VOCs 涂料、粘胶剂等，
  实行新建项目挥发性有机物排放区域内 1.2 及以上倍量替代。

  场景大纲: 新建项目 1.2 倍及以上倍量替代，恰为 1.2 倍即符合
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 <排放量>
    并且 填报 "voc.offsets" 为 [{"source": "甲", "area": "fuqing", "document": "文号", "reduction_t": 1000, "allocated_t": <替代量>}]
    当 对照审查
    那么 “voc-offset”的结论为 <结论>
    并且 “voc-offset”的余量为 <余量>
    例子:
      | 排放量 | 替代量    | 结论 | 余量      |
      | 4.1    | 4.92      | pass | 0         |
      | 4.1    | 4.919999  | fail | -0.000001 |
      | 0.17   | 0.204     | pass | 0         |
      | 10     | 11.999999 | fail | -0.000001 |
      | 10     | 12        | pass | 0         |
      | 10     | 12.5      | pass | 0.5       |
      | 0      | 0         | not_applicable | 无 |

  场景大纲: 只是括号、宽度写法不同的编号是同一来源，按一个核定量计
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source": "榕减〔2024〕1", "area": "fuqing", "document": "文号", "reduction_t": 6, "allocated_t": 6}, {"source": <另一编号>, "area": "fuqing", "document": "文号", "reduction_t": 6, "allocated_t": 6}]
    当 对照审查
    那么 “voc-offset”的结论为 <结论>
    并且 “voc-offset”的余量为 <余量>
    并且 “offset-integrity”的结论为 <核查>
    例子:
      | 另一编号         | 结论 | 余量 | 核查                |
      | "榕减[2024]1"    | fail | -6   | attention、attention |
      | "榕减（2024）1"  | fail | -6   | attention、attention |
      | "榕减【2024】 1" | fail | -6   | attention、attention |
      | "榕减﹝2024﹞1"  | fail | -6   | attention、attention |
      | "榕减〔2024〕2"  | pass | 0    | pass、pass          |

  场景: 差多少，办法里写明
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 12.5
    并且 填报 "voc.offsets" 为 [{"source": "甲", "area": "fuqing", "document": "文号", "reduction_t": 20, "allocated_t": "14.9"}]
    当 对照审查
    那么 “voc-offset”的结论为 fail
    并且 “voc-offset”的余量为 -0.1
    并且 “voc-offset”的办法含 再落实 0.1 t/a 区域内替代量

  场景大纲: 区域内与依据：确定的、待定的、不计的
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 <来源>
    当 对照审查
    那么 “voc-offset”的结论为 <结论>
    例子:
      | 来源 | 结论 |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuqing","reduction_t":4,"allocated_t":4}] | missing |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuzhou","document":"文号","reduction_t":4,"allocated_t":4}] | missing |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","document":"文号","reduction_t":4,"allocated_t":4}] | missing |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuqing","document":"文号","reduction_t":4,"allocated_t":3.999}] | fail |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"other","document":"文号","reduction_t":40,"allocated_t":40}] | fail |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuqing","document":"none","reduction_t":40,"allocated_t":40}] | fail |
      | [{"source":"甲","area":"fuqing","document":"文号","allocated_t":20}] | missing |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6},{"source":"乙","area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6}] | pass |
      | [{"source":"甲","area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6},{"area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6}] | missing |
      | [] | fail |
      | 未载明 | missing |

  场景: 文号未载明的来源只是待定
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuqing","reduction_t":4,"allocated_t":4}]
    当 对照审查
    那么 “voc-offset”的可计入量为 8 至 12
    并且 “voc-offset”的缺项为 voc.offsets[1].document

  场景大纲: 缺项只列能左右结论的来源
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","document":"文号","reduction_t":8,"allocated_t":8},{"source":"乙","area":"fuqing","reduction_t":9,"allocated_t":<乙>},{"source":"丙","area":"fuqing","reduction_t":9,"allocated_t":<丙>}]
    当 对照审查
    那么 “voc-offset”的结论为 missing
    并且 “voc-offset”的缺项为 <缺项>
    例子:
      | 乙 | 丙 | 缺项 |
      | 4  | 1  | voc.offsets[1].document |
      | 3  | 1  | voc.offsets[1].document、voc.offsets[2].document |
      | 4  | 4  | voc.offsets[1].document、voc.offsets[2].document |
      | 4  | null | voc.offsets[1].document、voc.offsets[2].document、voc.offsets[2].allocated_t |

  场景: 同一来源使用两次，重复计算
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","document":"文号","reduction_t":9,"allocated_t":6},{"source":"甲","area":"fuqing","document":"文号","reduction_t":9,"allocated_t":6}]
    当 对照审查
    那么 “offset-integrity”的结论为 attention、attention
    并且 “voc-offset”的结论为 fail
    并且 “voc-offset”的余量为 -3

  场景: 同一来源两行核定量不同，取较小者
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 5
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","document":"文号","reduction_t":9,"allocated_t":3},{"source":"甲","area":"fuqing","document":"文号","reduction_t":5,"allocated_t":3}]
    当 对照审查
    那么 “offset-integrity”的结论为 attention、attention
    并且 “voc-offset”的余量为 -1

  场景大纲: 来源核查需要来源编号和核定量
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.offsets" 为 <来源>
    当 对照审查
    那么 “offset-integrity”的结论为 <结论>
    例子:
      | 来源 | 结论 |
      | [{"allocated_t":1,"reduction_t":2}] | missing |
      | [{"source":"甲","allocated_t":1}] | missing |
      | [{"source":"甲","reduction_t":2}] | missing |
      | [{"source":"甲","reduction_t":2,"allocated_t":2}] | pass |
      | [{"source":"甲","reduction_t":2,"allocated_t":"2.000000001"}] | attention |
      | [] | not_applicable |
      | 未载明 | missing |

  场景: 扩建项目不适用 1.2 倍替代，新增量参照
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.nature" 为 "expansion"
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.added_t" 为 3
    并且 填报 "voc.offsets" 为 []
    并且 填报 "voc.coatings_used" 为 true
    并且 填报 "voc.low_voc_materials" 为 false
    当 对照审查
    那么 “voc-offset”的结论为 not_applicable
    并且 “voc-offset-altered”的结论为 attention
    并且 “voc-offset-altered”的余量为 -3.6
    并且 “voc-low-materials”的结论为 fail

  场景大纲: 改扩建新增量参照 1.2 倍
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "voc.added_t" 为 <新增量>
    并且 填报 "voc.offsets" 为 [{"source": "甲", "area": "fuqing", "document": "文号", "reduction_t": 100, "allocated_t": <替代量>}]
    当 对照审查
    那么 “voc-offset-altered”的结论为 <结论>
    例子:
      | 阶段       | 性质                   | 新增量 | 替代量 | 结论           |
      | "proposed" | "rebuild"              | 3      | 3.6    | pass           |
      | "proposed" | "technical_renovation" | 3      | 3.59   | attention      |
      | "proposed" | "expansion"            | 0      | 0      | not_applicable |
      | "existing" | "expansion"            | 3      | 0      | not_applicable |
      | "proposed" | "new"                  | 3      | 0      | not_applicable |
      | "proposed" | "expansion"            | null   | 0      | missing        |

  场景: 没有 VOCs 排放的重点排污单位不要求 VOCs 在线监控
    假如 一个拟建新建的“两高”项目
    并且 填报 "management.key_discharger" 为 true
    并且 填报 "voc.emission_t" 为 0
    并且 填报 "voc.online_monitoring" 为 false
    当 对照审查
    那么 “key-discharger-monitoring”的结论为 not_applicable

  场景大纲: 大于 5 吨才安装在线监控并接入市生态云平台
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 <排放量>
    并且 填报 "voc.online_monitoring" 为 <监控>
    并且 填报 "voc.ecocloud" 为 <平台>
    当 对照审查
    那么 “voc-online-monitoring”的结论为 <结论>
    例子:
      | 排放量   | 监控   | 平台   | 结论           |
      | 4.999999 | false  | false  | not_applicable |
      | 5        | false  | false  | not_applicable |
      | 5.000001 | false  | false  | fail           |
      | 5.000001 | true   | false  | fail           |
      | 5.000001 | false  | true   | fail           |
      | 5.000001 | true   | true   | pass           |
      | 5.000001 | true   | 未载明 | missing        |
      | 5        | 未载明 | 未载明 | not_applicable |
      | 未载明   | true   | true   | missing        |

  场景大纲: 在线监控是投运前的承诺，存量看现状；改扩建不适用
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "voc.emission_t" 为 6
    并且 填报 "voc.online_monitoring" 为 true
    并且 填报 "voc.ecocloud" 为 true
    当 对照审查
    那么 “voc-online-monitoring”的结论为 <结论>
    并且 <条件>
    例子:
      | 阶段                 | 性质         | 结论           | 条件                                   |
      | "proposed"           | "new"        | pass           | “voc-online-monitoring”附有投运前的条件 |
      | "under_construction" | "relocation" | pass           | “voc-online-monitoring”附有投运前的条件 |
      | "existing"           | "new"        | pass           | “voc-online-monitoring”没有条件         |
      | "proposed"           | "expansion"  | not_applicable | “voc-online-monitoring”没有条件         |

  场景大纲: 使用低（无）VOCs 涂料、粘胶剂等
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "voc.emission_t" 为 <排放量>
    并且 填报 "voc.coatings_used" 为 <涂料>
    并且 填报 "voc.low_voc_materials" 为 <低挥发>
    当 对照审查
    那么 “voc-low-materials”的结论为 <结论>
    例子:
      | 阶段       | 排放量 | 涂料   | 低挥发 | 结论           |
      | "proposed" | 0.001  | true   | true   | pass           |
      | "proposed" | 0.001  | true   | false  | fail           |
      | "proposed" | 0      | true   | false  | not_applicable |
      | "proposed" | 1      | false  | false  | not_applicable |
      | "existing" | 1      | true   | false  | not_applicable |
      | "proposed" | 1      | true   | 未载明 | missing        |
      | "proposed" | 1      | 未载明 | true   | missing        |

  场景大纲: 储罐、油气回收、重点排污单位
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "existing"
    并且 填报 "voc.emission_t" 为 1
    并且 填报 "<条件>" 为 <甲>
    并且 填报 "<措施>" 为 <乙>
    当 对照审查
    那么 “<规则>”的结论为 <结论>
    例子:
      | 规则                     | 条件                      | 甲     | 措施                           | 乙     | 结论           |
      | voc-storage-tank         | voc.floating_roof_tanks   | true   | voc.full_contact_double_seal   | true   | pass           |
      | voc-storage-tank         | voc.floating_roof_tanks   | true   | voc.full_contact_double_seal   | false  | attention      |
      | voc-storage-tank         | voc.floating_roof_tanks   | false  | voc.full_contact_double_seal   | false  | not_applicable |
      | voc-storage-tank         | voc.floating_roof_tanks   | true   | voc.full_contact_double_seal   | 未载明 | missing        |
      | voc-vapour-recovery      | voc.liquid_loading        | true   | voc.vapour_recovery            | true   | pass           |
      | voc-vapour-recovery      | voc.liquid_loading        | true   | voc.vapour_recovery            | false  | attention      |
      | voc-vapour-recovery      | voc.liquid_loading        | false  | voc.vapour_recovery            | false  | not_applicable |
      | key-discharger-monitoring | management.key_discharger | true  | voc.online_monitoring          | true   | pass           |
      | key-discharger-monitoring | management.key_discharger | true  | voc.online_monitoring          | false  | attention      |
      | key-discharger-monitoring | management.key_discharger | false | voc.online_monitoring          | false  | not_applicable |
      | environment-officer      | management.key_discharger | true   | management.environment_officer | true   | pass           |
      | environment-officer      | management.key_discharger | true   | management.environment_officer | false  | attention      |
      | environment-officer      | management.key_discharger | false  | management.environment_officer | false  | not_applicable |
      | environment-officer      | management.key_discharger | 未载明 | management.environment_officer | true   | missing        |

  场景: 没有来源编号的替代量只是待定
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6},{"area":"fuqing","document":"文号","reduction_t":6,"allocated_t":6}]
    当 对照审查
    那么 “voc-offset”的结论为 missing
    并且 “voc-offset”的可计入量为 6 至 12
    并且 “voc-offset”的缺项为 voc.offsets[1].source

  场景大纲: 区域内由经办人认定；认定只对待定的区域有用
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":<区域>,"area_accepted":<认定>,"document":"文号","reduction_t":12,"allocated_t":12}]
    当 对照审查
    那么 “voc-offset”的结论为 <结论>
    例子:
      | 区域     | 认定                      | 结论    |
      | "fuqing" | null                      | pass    |
      | "fuzhou" | null                      | missing |
      | "fuzhou" | {"document": "认定文号"}  | pass    |
      | "fuzhou" | {"date": "2025-01-01"}    | missing |
      | "fujian" | null                      | missing |
      | "fujian" | {"document": "认定文号"}  | pass    |
      | "other"  | {"document": "认定文号"}  | fail    |
      | null     | {"document": "认定文号"}  | missing |

  场景大纲: 审查日之后才完成的减排只是待定
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source":"甲","area":"fuqing","completed":<完成>,"document":"文号","reduction_t":12,"allocated_t":12}]
    当 对照审查
    那么 “voc-offset”的结论为 <结论>
    例子:
      | 完成         | 结论    |
      | "2025-02-28" | pass    |
      | "2025-03-01" | pass    |
      | "2025-03-02" | missing |
      | null         | pass    |
