# language: zh-CN
功能: 方案规划期届满（2025-12-31）之后
  只以方案为依据的要求，期满后是否继续执行由本单位确认；未确认的照旧并提示，建议为暂定；不再继续执行的作指导。

  背景:
    假如 一个拟建新建的“两高”项目
    并且 填报 "voc.emission_t" 为 10
    并且 填报 "voc.offsets" 为 [{"source": "甲", "area": "fuqing", "document": "文号", "reduction_t": 1000, "allocated_t": 11.9}]

  场景: 尚未确认是否继续执行，照旧判断并提示，建议为暂定
    假如 审查日为 2026-11-23，采用当日施行的版本
    当 对照审查
    那么 “voc-offset”的结论为 fail
    并且 “voc-offset”的提示含 方案期满（2025-12-31），是否继续执行由本单位确认
    并且 提示中有 plan-period-ended
    并且 建议为 reject
    并且 建议为暂定

  场景: 本单位确认不再继续执行，作指导
    假如 审查日为 2026-11-23，采用当日施行的版本
    并且 本单位确认方案期满后不再继续执行
    当 对照审查
    那么 “voc-offset”的结论为 attention
    并且 “voc-offset”的提示含 方案期满（2025-12-31），是否继续执行由本单位确认
    并且 提示中有 plan-period-ended
    并且 建议为 supplement
    并且 建议不是暂定

  场景: 本单位确认继续执行，照旧判断，不再提示
    假如 审查日为 2026-11-23，采用当日施行的版本
    并且 本单位确认方案期满后继续执行
    当 对照审查
    那么 “voc-offset”的结论为 fail
    并且 “voc-offset”的提示不含 方案期满
    并且 提示中没有 plan-period-ended
    并且 建议不是暂定

  场景大纲: 期满当日和次日
    假如 审查日为 <审查日>，采用当日施行的版本
    并且 本单位确认方案期满后不再继续执行
    当 对照审查
    那么 “voc-offset”的结论为 <结论>

    例子:
      | 审查日     | 结论      |
      | 2025-12-31 | fail      |
      | 2026-01-01 | attention |

  场景大纲: 恰为 1.2 倍的，期满与否都符合
    假如 审查日为 <审查日>，采用当日施行的版本
    并且 填报 "voc.offsets[0].allocated_t" 为 12
    当 对照审查
    那么 “voc-offset”的结论为 pass

    例子:
      | 审查日     |
      | 2025-12-31 |
      | 2026-01-01 |

  场景大纲: 有其他依据的要求，期满后效力不变
    假如 审查日为 2026-11-23，采用当日施行的版本
    并且 本单位确认方案期满后<决定>
    并且 填报 "eia.total_control" 为 {"conforms": false, "document": "文号"}
    当 对照审查
    那么 “eia-total-control”的结论为 fail
    并且 “eia-total-control”的提示不含 方案期满

    例子:
      | 决定         |
      | 继续执行     |
      | 不再继续执行 |

  场景大纲: 只部分以其他法律为依据的三项环评要求，不再继续执行的改按原则要求
    假如 审查日为 <审查日>，采用当日施行的版本
    并且 本单位确认方案期满后<决定>
    并且 填报 "eia.<栏>" 为 {"conforms": false, "document": "文号"}
    并且 填报 "voc" 为 "none"
    当 对照审查
    那么 “<规则>”的结论为 fail
    并且 “<规则>”的效力为 <效力>

    例子:
      | 规则                    | 栏                  | 决定         | 审查日     | 效力         |
      | eia-carbon-peak         | carbon_peak         | 不再继续执行 | 2026-11-23 | in_principle |
      | eia-carbon-peak         | carbon_peak         | 不再继续执行 | 2026-01-01 | in_principle |
      | eia-carbon-peak         | carbon_peak         | 不再继续执行 | 2025-12-31 | mandatory    |
      | eia-carbon-peak         | carbon_peak         | 继续执行     | 2026-11-23 | mandatory    |
      | eia-sector-conditions   | sector_conditions   | 不再继续执行 | 2026-11-23 | in_principle |
      | eia-sector-conditions   | sector_conditions   | 继续执行     | 2026-11-23 | mandatory    |
      | eia-approval-principles | approval_principles | 不再继续执行 | 2026-11-23 | in_principle |
      | eia-approval-principles | approval_principles | 继续执行     | 2026-11-23 | mandatory    |
      | eia-zoning              | zoning              | 不再继续执行 | 2026-11-23 | mandatory    |

  场景大纲: 万元工业增加值用水量对照的是 2025 年目标，期满后要说明
    假如 审查日为 <审查日>，采用当日施行的版本
    并且 填报 "project.water_m3" 为 12
    并且 填报 "project.value_added_wan" 为 1
    当 对照审查
    那么 “water-intensity”的结论为 pass
    并且 “water-intensity”的提示<含> 2025 年目标
    并且 提示中<有> plan-target-ended

    例子:
      | 审查日     | 含   | 有   |
      | 2025-12-31 | 不含 | 没有 |
      | 2026-01-01 | 含   | 有   |

  场景: 能耗总量考核量对照的是 2025 年目标，期满后要说明
    假如 审查日为 2026-11-23，采用当日施行的版本
    并且 填报 "energy.total_tce" 为 1000
    并且 填报 "energy.items" 为 []
    当 对照审查
    那么 提示中有 plan-target-ended
