# language: zh-CN
功能: 四（三） 坚决遏制高耗能高排放项目盲目发展
  严禁违规“两高”项目建设、运行；对需要实施产能置换的项目，从严审核产能置换方案；
  不符合生态环境要求的，依法不予审批。

  场景大纲: 产业政策
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "project.policy_category" 为 <类别>
    当 对照审查
    那么 “industrial-policy”的结论为 <结论>
    并且 “industrial-policy-restricted”的结论为 <限制类>
    例子:
      | 行业   | 阶段       | 性质        | 类别         | 结论           | 限制类         |
      | "3011" | "proposed" | "new"       | "permitted"  | pass           | not_applicable |
      | "3011" | "proposed" | "new"       | "encouraged" | pass           | not_applicable |
      | "3011" | "proposed" | "new"       | "restricted" | fail           | not_applicable |
      | "3011" | "proposed" | "relocation" | "restricted" | fail          | not_applicable |
      | "3011" | "proposed" | "expansion" | "restricted" | fail           | not_applicable |
      | "3011" | "proposed" | "rebuild"   | "restricted" | pass           | attention      |
      | "3011" | "proposed" | "technical_renovation" | "restricted" | pass | attention      |
      | "3011" | "existing" | "new"       | "restricted" | pass           | attention      |
      | "3011" | "existing" | "new"       | "eliminated" | fail           | not_applicable |
      | "3011" | "proposed" | null        | "restricted" | missing        | missing        |
      | "3011" | "proposed" | "new"       | null         | missing        | not_applicable |
      | "2921" | "proposed" | "new"       | "eliminated" | not_applicable | not_applicable |
      | null   | "proposed" | "new"       | "eliminated" | missing        | not_applicable |

  场景大纲: 产能置换比例
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "products" 为 [{"benchmark": <行>}]
    并且 填报 "capacity" 为 {"new_t": 100, "required": <需置换>, "ratio": <比例>, "cross_province": false, "restricted": false, "retired": [{"capacity_t": <退出>, "document": <公告>, "closed_before_operation": <关停>}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 <结论>
    例子:
      | 性质        | 行               | 需置换 | 比例 | 退出      | 公告   | 关停  | 结论           |
      | "new"       | "cement-clinker" | null   | null | 150       | "公告" | true  | pass           |
      | "new"       | "cement-clinker" | false  | 1    | 149.99    | "公告" | true  | fail           |
      | "new"       | "cement-clinker" | null   | null | 150       | null   | true  | missing        |
      | "new"       | "cement-clinker" | null   | null | 150       | "公告" | null  | missing        |
      | "new"       | "cement-clinker" | null   | null | 149       | null   | true  | fail           |
      | "new"       | "cement-clinker" | null   | null | 150       | "none" | true  | fail           |
      | "new"       | "cement-clinker" | null   | null | 150       | "公告" | false | fail           |
      | "new"       | "cement-clinker" | null   | null | null      | "公告" | true  | missing        |
      | "relocation" | "cement-clinker" | null  | null | 150       | "公告" | true  | pass           |
      | "rebuild"   | "flat-glass-over-800" | null | null | 100    | "公告" | true  | pass           |
      | "expansion" | "flat-glass-over-800" | null | null | 99.9   | "公告" | true  | fail           |
      | "technical_renovation" | "cement-clinker" | false | null | 0 | "公告" | true | not_applicable |
      | "technical_renovation" | "cement-clinker" | null | null | 0 | "公告" | true | missing |
      | "technical_renovation" | "cement-clinker" | true | null | 149 | "公告" | true | fail |
      | "new"       | "none"           | true   | 1.25 | 125       | "公告" | true  | pass           |
      | "new"       | "none"           | true   | 1.25 | 124.99999 | "公告" | true  | fail           |
      | "new"       | "none"           | true   | null | 125       | "公告" | true  | missing        |
      | "new"       | "none"           | false  | null | 0         | "公告" | true  | not_applicable |
      | "new"       | "none"           | null   | null | 0         | "公告" | true  | missing        |
      | "new"       | null             | false  | 1    | 300       | "公告" | true  | missing        |

  场景: 多个产品取最大比例；免于置换的转由经办人核实
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "flat-glass-over-800"}, {"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "cross_province": false, "restricted": false, "retired": [{"capacity_t": 149, "document": "公告", "closed_before_operation": true}]}
    当 对照审查
    那么 “capacity-replacement”的结论为 fail
    并且 “capacity-replacement”的余量为 -1
    并且 “capacity-exemption”的结论为 not_applicable
    并且 事项 capacity 的建议为 reject

  场景: 记录在案的免于置换依据
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "exemption": {"document": "文号", "reason": "等量改造"}}
    当 对照审查
    那么 “capacity-replacement”的结论为 not_applicable
    并且 “capacity-exemption”的结论为 attention

  场景: 技改不因产品列入而需置换，免于置换的依据也就用不上
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.nature" 为 "technical_renovation"
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"required": false, "exemption": {"document": "文号", "reason": "等量改造"}}
    当 对照审查
    那么 “capacity-exemption”的结论为 not_applicable

  场景: 只写理由没有文号，不算免于置换
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"benchmark": "cement-clinker"}]
    并且 填报 "capacity" 为 {"new_t": 100, "retired": [], "exemption": {"reason": "等量改造"}}
    当 对照审查
    那么 “capacity-replacement”的结论为 fail
    并且 “capacity-exemption”的结论为 not_applicable

  场景: 钢铁产能置换的公告日期需要核实
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 "3120"
    并且 填报 "products" 为 [{"benchmark": "steelmaking-converter"}]
    当 对照审查
    那么 提示中有 capacity-iron-and-steel

  场景大纲: 九道环评关口
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "eia.<关口>" 为 <填报>
    当 对照审查
    那么 “<规则>”的结论为 <结论>
    例子:
      | 规则                    | 关口                | 阶段       | 行业   | 填报                                      | 结论           |
      | eia-laws                | laws                | "proposed" | "3011" | {"conforms": true, "document": "5.2 节"}  | pass           |
      | eia-laws                | laws                | "proposed" | "3011" | {"conforms": true}                        | missing        |
      | eia-laws                | laws                | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-laws                | laws                | "proposed" | "3011" | {"document": "5.2 节"}                    | missing        |
      | eia-laws                | laws                | "existing" | "3011" | {"conforms": false}                       | not_applicable |
      | eia-laws                | laws                | "proposed" | "2921" | {"conforms": false}                       | not_applicable |
      | eia-zoning              | zoning              | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-zoning              | zoning              | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-regional-reduction  | regional_reduction  | "proposed" | "3011" | {"conforms": "not_applicable", "note": "无此要求"} | not_applicable |
      | eia-regional-reduction  | regional_reduction  | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-regional-reduction  | regional_reduction  | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-total-control       | total_control       | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-total-control       | total_control       | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-carbon-peak         | carbon_peak         | "proposed" | "3011" | {"conforms": "not_applicable", "note": "无此要求"} | not_applicable |
      | eia-carbon-peak         | carbon_peak         | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-carbon-peak         | carbon_peak         | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-access-list         | access_list         | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-access-list         | access_list         | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-planning            | planning            | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-planning            | planning            | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-sector-conditions   | sector_conditions   | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-sector-conditions   | sector_conditions   | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-approval-principles | approval_principles | "proposed" | "3011" | {"conforms": false}                       | fail           |
      | eia-approval-principles | approval_principles | "proposed" | "3011" | {"conforms": true, "document": "节"}      | pass           |
      | eia-zoning | zoning | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-zoning | zoning | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-regional-reduction | regional_reduction | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-regional-reduction | regional_reduction | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-total-control | total_control | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-total-control | total_control | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-carbon-peak | carbon_peak | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-carbon-peak | carbon_peak | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-access-list | access_list | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-access-list | access_list | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-planning | planning | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-planning | planning | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-sector-conditions | sector_conditions | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-sector-conditions | sector_conditions | "proposed" | "2921" | {"conforms": false} | not_applicable |
      | eia-approval-principles | approval_principles | "existing" | "3011" | {"conforms": false} | not_applicable |
      | eia-approval-principles | approval_principles | "proposed" | "2921" | {"conforms": false} | not_applicable |

  场景: 行业未载明、能耗 10 吨：指导门槛已能判断，关口仍缺行业
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 null
    并且 填报 "energy.total_tce" 为 10
    并且 填报 "eia.laws" 为 {"conforms": true, "document": "5.2 节"}
    当 对照审查
    那么 “guidance-50k”的结论为 not_applicable
    并且 “eia-laws”的结论为 missing
    并且 “eia-laws”的缺项为 project.industry

  场景大纲: 在建、存量的手续
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "approvals.<手续>" 为 <填报>
    当 对照审查
    那么 “approval-<手续>”的结论为 <结论>
    并且 事项 operation 的建议为 <建议>
    例子:
      | 手续       | 阶段                 | 填报                 | 结论           | 建议       |
      | filing     | "under_construction" | {"document": "文号"} | pass           | supplement |
      | filing     | "under_construction" | "none"               | fail           | rectify    |
      | filing     | "under_construction" | null                 | missing        | supplement |
      | filing     | "proposed"           | "none"               | not_applicable | approve    |
      | eia        | "existing"           | {"document": "文号"} | pass           | supplement |
      | eia        | "existing"           | "none"               | fail           | rectify    |
      | eia        | "existing"           | {"date": "2020-01-01"} | missing      | supplement |
      | eia        | "proposed"           | "none"               | not_applicable | approve    |
      | permit     | "existing"           | {"document": "文号"} | pass           | supplement |
      | permit     | "existing"           | "none"               | fail           | rectify    |
      | permit     | "under_construction" | "none"               | not_applicable | supplement |
      | acceptance | "existing"           | {"document": "文号"} | pass           | supplement |
      | acceptance | "existing"           | "none"               | fail           | rectify    |
      | acceptance | "under_construction" | "none"               | not_applicable | supplement |

  场景大纲: 依法开展强制性清洁生产审核
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "management" 为 {"cleaner_production_required": <应当>, "cleaner_production_audit": <已开展>}
    当 对照审查
    那么 “cleaner-production-audit”的结论为 <结论>
    例子:
      | 阶段       | 应当  | 已开展 | 结论           |
      | "existing" | true  | true   | pass           |
      | "existing" | true  | false  | fail           |
      | "existing" | true  | null   | missing        |
      | "existing" | null  | true   | missing        |
      | "existing" | false | false  | not_applicable |
      | "proposed" | true  | false  | not_applicable |

  场景: 两高认定优先于分类表
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 "2921"
    并且 填报 "project.sector_override" 为 {"two_high": true, "document": "认定文号"}
    并且 填报 "energy.total_tce" 为 50000
    当 对照审查
    那么 “guidance-50k”的结论为 attention

  场景: 没有文号的认定不作数
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.sector_override" 为 {"two_high": false}
    并且 填报 "energy.total_tce" 为 50000
    当 对照审查
    那么 “guidance-50k”的结论为 attention

  场景大纲: 煤电看有没有煤电机组
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 "4411"
    并且 填报 "energy.total_tce" 为 50000
    并且 填报 "coal" 为 <用煤>
    当 对照审查
    那么 “guidance-50k”的结论为 <结论>
    例子:
      | 用煤                             | 结论           |
      | {"power_units": [{"name": "1"}]} | attention      |
      | {"power_units": []}              | not_applicable |
      | "none"                           | not_applicable |
      | null                             | missing        |

  场景: 两高项目没有填产品是缺项，不是不适用
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 []
    当 对照审查
    那么 “energy-benchmark”的结论为 missing
    并且 “energy-benchmark”的缺项为 products
    并且 “energy-limit”的结论为 missing
    并且 “energy-baseline-existing”的结论为 not_applicable

  场景: 只有名称的项目表，什么都不判为符合或不符合
    假如 一张只有名称的项目表
    当 对照审查
    那么 建议为 supplement
    并且 “voc-offset”的结论为 missing
    并且 是否需要工作指导为 未知

  场景: 规划期已过要提示
    假如 一张只有名称的项目表
    并且 审查日为 2026-01-01
    当 对照审查
    那么 提示中有 plan-period-ended
