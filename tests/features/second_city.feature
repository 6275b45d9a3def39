# language: zh-CN
功能: 另一城市的规则集
  临水市为虚构的城市：另一份办法、另外的区域、六条规则（其中四道环评关口），没有能效标杆表。
  它与内置的规则集并列，不改一行程序。

  场景大纲: 环评准入的四道关口
    假如 临水市的一个拟建陶瓷项目
    并且 填报 "<关口>.conforms" 为 <符合>
    并且 填报 "<关口>.document" 为 <文号>
    当 按临水市的规则集审查
    那么 “<规则>”的结论为 <结论>
    例子:
      | 规则               | 关口                    | 符合  | 文号     | 结论    |
      | area-zoning        | eia.zoning              | true  | "5.1 节" | pass    |
      | area-zoning        | eia.zoning              | false | "5.1 节" | fail    |
      | area-zoning        | eia.zoning              | true  | null     | missing |
      | discharge-total    | eia.total_control       | true  | "5.2 节" | pass    |
      | discharge-total    | eia.total_control       | false | null     | fail    |
      | discharge-total    | eia.total_control       | null  | null     | missing |
      | access-list        | eia.access_list         | true  | "5.3 节" | pass    |
      | access-list        | eia.access_list         | false | null     | fail    |
      | access-list        | eia.access_list         | null  | "5.3 节" | missing |
      | discharge-standard | eia.discharge_standards | true  | "5.4 节" | pass    |
      | discharge-standard | eia.discharge_standards | false | null     | fail    |
      | discharge-standard | eia.discharge_standards | null  | null     | missing |

  场景大纲: 区内替代，2026 年起由 1.5 倍提高到 2 倍
    假如 临水市的一个拟建陶瓷项目
    并且 审查日为 <审查日>
    并且 填报 "voc.emission_t" 为 3
    并且 使用“<区域>”的来源 <使用量> 吨
    当 按临水市的规则集审查
    那么 “voc-offset”的结论为 <结论>
    例子:
      | 审查日     | 区域      | 使用量 | 结论    |
      | 2025-12-31 | linshui   | 4.4    | fail    |
      | 2025-12-31 | linshui   | 4.5    | pass    |
      | 2026-01-01 | linshui   | 4.5    | fail    |
      | 2026-01-01 | linshui   | 5.9    | fail    |
      | 2026-01-01 | linshui   | 6      | pass    |
      | 2026-01-01 | linshui   | 6.1    | pass    |
      | 2026-01-01 | heyang    | 6      | missing |
      | 2026-01-01 | elsewhere | 6      | fail    |
      | 2026-01-01 | 未载明    | 6      | missing |

  场景大纲: 年综合能耗 2 万吨标准煤以上的用能会商
    假如 临水市的一个拟建陶瓷项目
    并且 填报 "energy.items" 为 null
    并且 填报 "energy.total_tce" 为 <能耗>
    并且 填报 "energy.guidance.document" 为 <会商>
    当 按临水市的规则集审查
    那么 “energy-consultation”的结论为 <结论>
    并且 是否须办理为 <须办理>
    例子:
      | 能耗    | 会商       | 结论           | 须办理 |
      | 19999.9 | null       | not_applicable | 否     |
      | 20000   | null       | fail           | 是     |
      | 20000.1 | "会商 1 号" | pass           | 是     |
      | null    | null       | missing        | 未知   |

  场景大纲: 区域只有裁判所用规则集的才可填报
    假如 临水市的一个拟建陶瓷项目
    并且 填报 "site.park" 为 "none"
    并且 使用“<区域>”的来源 1 吨
    那么 按“<规则集>”审查被拒绝，指明“voc.offsets[0].area”，列出“<可用>”
    例子:
      | 规则集  | 区域    | 可用                      |
      | linshui | fuqing  | Linshui (linshui), Heyang county nearby (heyang), outside Linshui and Heyang (elsewhere) |
      | fuqing  | linshui | Fuqing (fuqing), elsewhere in Fuzhou (fuzhou), elsewhere in Fujian (fujian), outside Fujian (other) |
      | linshui | 临水    | Linshui (linshui), Heyang county nearby (heyang), outside Linshui and Heyang (elsewhere) |

  场景: 填报了标杆行而规则集没有标杆表
    假如 临水市的一个拟建陶瓷项目
    并且 填报 "products" 为 [{"name": "陶瓷砖（虚构）", "benchmark": "ceramic-tile"}]
    那么 按“linshui”审查被拒绝，指明“products[0].benchmark”，列出“has no benchmark table: write none”
