# language: zh-CN
功能: 三（一）、四（三）、四（四）、四（七）、四（八） 能效与节能审查
  对拟（在）建项目严格对标能效标杆水平；加强年综合能耗5万吨标准煤及以上的“两高”项目工作指导。

  场景大纲: 拟建新建项目对标标杆水平，恰在标杆即符合
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "products" 为 [{"name": "产品", "benchmark": <行>, "unit_energy": <能耗>, "unit": <单位>}]
    当 对照审查
    那么 “energy-benchmark”的结论为 <结论>
    并且 “energy-benchmark”的余量为 <余量>
    例子:
      | 行业   | 行                     | 能耗        | 单位     | 结论 | 余量      |
      | "3011" | "cement-clinker"       | 99.999999   | "kgce/t" | pass | 0.000001  |
      | "3011" | "cement-clinker"       | 100         | "kgce/t" | pass | 0         |
      | "3011" | "cement-clinker"       | 100.1       | "kgce/t" | fail | -0.1      |
      | "3120" | "steelmaking-converter" | -30        | "kgce/t" | pass | 0         |
      | "3120" | "steelmaking-converter" | -29        | "kgce/t" | fail | -1        |
      | "2614" | "ethylene"             | 842.874     | "kgce/t" | pass | 0         |
      | "2614" | "ethylene"             | 842.875     | "kgce/t" | fail | -0.001    |
      | "2614" | "ethylene"             | 590         | "kgoe/t" | pass | 0         |
      | "2614" | "ethylene"             | 591         | "kgoe/t" | fail | -1        |
      | "3011" | "cement-clinker"       | 69.998600028 | "kgoe/t" | fail | -0.000000001 |

  场景大纲: 标杆表无此产品的，与先进水平比较；没有先进水平不算符合
    假如 一个拟建新建的“两高”项目
    并且 填报 "products" 为 [{"name": "产品", "benchmark": <行>, "unit_energy": 500, "advanced_level": <先进水平>, "advanced_source": <依据>}]
    并且 版本为 <版本>
    当 对照审查
    那么 “energy-benchmark”的结论为 <结论>
    并且 “energy-baseline”的结论为 not_applicable
    例子:
      | 行               | 先进水平 | 依据                 | 版本        | 结论    |
      | "none"           | 500      | {"document": "文号"} | fuqing@2023 | pass    |
      | "none"           | 499      | {"document": "文号"} | fuqing@2023 | fail    |
      | "none"           | 500      | null                 | fuqing@2023 | missing |
      | "none"           | null     | {"document": "文号"} | fuqing@2023 | missing |
      | "titanium-dioxide" | 500    | {"document": "文号"} | fuqing@2023 | pass    |
      | "titanium-dioxide" | null   | null                 | fuqing@2023 | missing |
      | "pvc-ethylene"   | 400      | {"document": "文号"} | fuqing@2023 | pass    |
      | "pvc-ethylene"   | 400      | {"document": "文号"} | fuqing@2022 | fail    |
      | "pvc-ethylene"   | null     | null                 | fuqing@2022 | missing |
      | null             | 500      | {"document": "文号"} | fuqing@2023 | missing |

  场景大纲: 改扩建与在建：标杆须论证，基准不得突破
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "products" 为 [{"name": "熟料", "benchmark": "cement-clinker", "unit_energy": <能耗>}]
    当 对照审查
    那么 “energy-benchmark-altered”的结论为 <标杆>
    并且 “energy-baseline”的结论为 <基准>
    并且 “energy-benchmark”的结论为 <新建>
    例子:
      | 阶段                 | 性质        | 能耗  | 标杆 | 基准 | 新建           |
      | "proposed"           | "expansion" | 100   | pass | pass | not_applicable |
      | "proposed"           | "expansion" | 100.1 | fail | pass | not_applicable |
      | "proposed"           | "rebuild"   | 117   | fail | pass | not_applicable |
      | "proposed"           | "technical_renovation" | 117.1 | fail | fail | not_applicable |
      | "under_construction" | "new"       | 117.1 | fail | fail | not_applicable |
      | "under_construction" | "new"       | 100   | pass | pass | not_applicable |
      | "proposed"           | "new"       | 100   | not_applicable | not_applicable | pass |
      | "existing"           | "new"       | 200   | not_applicable | not_applicable | not_applicable |
      | "proposed"           | null        | 100   | missing | missing | missing |
      | "proposed"           | "expansion" | null  | missing | missing | not_applicable |

  场景大纲: 存量劣于基准的列入改造清单
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 "existing"
    并且 填报 "products" 为 [{"name": "熟料", "benchmark": <行>, "unit_energy": <能耗>}]
    当 对照审查
    那么 “energy-baseline-existing”的结论为 <结论>
    例子:
      | 行               | 能耗  | 结论           |
      | "cement-clinker" | 117   | pass           |
      | "cement-clinker" | 117.1 | attention      |
      | "cement-clinker" | null  | missing        |
      | "none"           | 117.1 | not_applicable |
      | null             | 117.1 | missing        |

  场景大纲: 非“两高”项目鼓励对标
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 "2812"
    并且 填报 "products" 为 [{"name": "粘胶短纤", "benchmark": <行>, "unit_energy": <能耗>}]
    当 对照审查
    那么 “energy-benchmark-other”的结论为 <结论>
    例子:
      | 行               | 能耗 | 结论           |
      | "viscose-staple" | 800  | pass           |
      | "viscose-staple" | 801  | attention      |
      | "viscose-staple" | null | missing        |
      | "none"           | 801  | not_applicable |

  场景大纲: 强制性限额：拟建、在建 2 级，存量 3 级，阶段未载明须两级同判
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "products" 为 [{"name": "产品", "benchmark": <行>, "unit_energy": <能耗>}]
    并且 审查日为 <日期>
    当 对照审查
    那么 “energy-limit”的结论为 <结论>
    例子:
      | 阶段                 | 行                  | 能耗  | 日期       | 结论           |
      | "proposed"           | "cement-clinker"    | 107   | 2025-03-01 | pass           |
      | "proposed"           | "cement-clinker"    | 107.1 | 2025-03-01 | fail           |
      | "under_construction" | "cement-clinker"    | 107.1 | 2025-03-01 | fail           |
      | "existing"           | "cement-clinker"    | 117   | 2025-03-01 | pass           |
      | "existing"           | "cement-clinker"    | 117.1 | 2025-03-01 | fail           |
      | null                 | "cement-clinker"    | 107   | 2025-03-01 | pass           |
      | null                 | "cement-clinker"    | 110   | 2025-03-01 | missing        |
      | null                 | "cement-clinker"    | 117.1 | 2025-03-01 | fail           |
      | "proposed"           | "coke-top-charging" | 200   | 2026-04-30 | not_applicable |
      | "proposed"           | "coke-top-charging" | 200   | 2026-05-01 | fail           |
      | "proposed"           | "steelmaking-converter" | -28 | 2026-07-01 | pass         |
      | "proposed"           | "steelmaking-converter" | -27 | 2026-07-01 | fail         |
      | "proposed"           | "coal-to-olefins"   | 9999  | 2025-03-01 | not_applicable |
      | "proposed"           | "none"              | 9999  | 2025-03-01 | not_applicable |
      | "proposed"           | "cement-clinker"    | null  | 2025-03-01 | missing        |
      | "proposed"           | null                | 9999  | 2025-03-01 | missing        |

  场景大纲: 5 万吨标准煤及以上开展工作指导
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "energy.total_tce" 为 <总量>
    并且 填报 "energy.guidance" 为 <记录>
    当 对照审查
    那么 “guidance-50k”的结论为 <结论>
    并且 是否需要工作指导为 <指导>
    并且 “guidance-50k”的余量为 <余量>
    例子:
      | 行业   | 总量       | 记录                 | 结论           | 指导 | 余量    |
      | "3011" | 49999.9999 | null                 | not_applicable | 否   | -0.0001 |
      | "3011" | 50000      | null                 | attention      | 是   | 0       |
      | "3011" | 50000      | {"document": "文号"} | pass           | 是   | 0       |
      | "3011" | 61250.4    | {"date": "2025-01-01"} | attention    | 是   | 11250.4 |
      | "2921" | 80000      | null                 | not_applicable | 否   | 30000   |
      | null   | 10         | null                 | not_applicable | 否   | -49990  |
      | null   | 60000      | null                 | missing        | 未知 | 10000   |
      | "3011" | null       | null                 | missing        | 未知 | 无      |

  场景大纲: 当量值与等价值分处门槛两侧
    假如 一个拟建新建的“两高”项目
    并且 填报 "energy.items" 为 [{"carrier": "electricity", "quantity": <电量>, "unit": "MWh"}]
    并且 填报 "energy.primary_factor_kgce_per_kwh" 为 <等价系数>
    当 对照审查
    那么 “guidance-50k-basis”的结论为 <结论>
    例子:
      | 电量   | 等价系数 | 结论           |
      | 166600 | 0.3      | pass           |
      | 166700 | 0.3      | attention      |
      | 406800 | 0.3      | attention      |
      | 407000 | 0.3      | pass           |
      | 407000 | null     | not_applicable |

  场景大纲: 等价值与当量值、等价系数不相合的，提示核对
    假如 一个拟建新建的“两高”项目
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    并且 填报 "energy" 为 {"total_tce": 2229, "electricity_mwh": 10000, "primary_factor_kgce_per_kwh": <系数>, "total_tce_primary": <等价值>}
    当 对照审查
    那么 提示“energy-total-differs”写着 <不一致>
    并且 提示“primary-below-calorific”写着 <低于>
    例子:
      | 系数   | 等价值 | 不一致                                                       | 低于                                   |
      | 0.3    | null   | 无                                                           | 无                                     |
      | 0.3    | 4000   | 无                                                           | 无                                     |
      | 0.3    | 3000   | 填报 3000 tce 与按等价系数推算的 4000 tce 不一致，按推算判断 | 无                                     |
      | 0.3    | 5000   | 填报 5000 tce 与按等价系数推算的 4000 tce 不一致，按填报判断 | 无                                     |
      | 0.3    | 2000   | 填报 2000 tce 与按等价系数推算的 4000 tce 不一致，按推算判断 | 填报的等价值总量 2000 tce 低于当量值   |
      | null   | 2000   | 无                                                           | 填报的等价值总量 2000 tce 低于当量值   |
      | 0.1229 | null   | 无                                                           | 无                                     |
      | 0.1    | null   | 无                                                           | 等价系数 0.1 kgce/(kW·h) 低于当量系数 0.1229 |

  场景大纲: 恰在 5 万吨标准煤的一侧
    假如 一个拟建新建的“两高”项目
    并且 填报 "energy" 为 {"total_tce": <当量值>, "electricity_mwh": <电量>, "primary_factor_kgce_per_kwh": <等价系数>}
    当 对照审查
    那么 “guidance-50k-basis”的结论为 <结论>
    例子:
      | 当量值 | 电量  | 等价系数 | 结论      |
      | 50000  | 10000 | 0.1229   | pass      |
      | 50000  | 10000 | 0.3      | pass      |
      | 48229  | 10000 | 0.3      | attention |
      | 48228  | 10000 | 0.3      | pass      |
      | 50000  | 10000 | 0.1      | attention |
      | 51228  | 10000 | 0        | attention |
      | 51229  | 10000 | 0        | pass      |

  场景大纲: 拟建项目开工前取得节能审查意见；2025-09-01 起取消用电量门槛、增加煤炭
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 "2921"
    并且 填报 "energy" 为 {"total_tce": <总量>, "electricity_mwh": <电量>, "coal_t": <煤>, "review": <意见>}
    并且 审查日为 <日期>
    当 对照审查
    那么 “energy-review-due”的结论为 <结论>
    例子:
      | 总量    | 电量   | 煤   | 意见                 | 日期       | 结论           |
      | 999.999 | 4999   | 0    | null                 | 2025-08-31 | not_applicable |
      | 1000    | 0      | 0    | null                 | 2025-08-31 | attention      |
      | 1000    | 0      | 0    | {"document": "文号"} | 2025-08-31 | pass           |
      | 999     | 5000   | 0    | null                 | 2025-08-31 | attention      |
      | 999     | 5000   | 0    | null                 | 2025-09-01 | not_applicable |
      | 999     | 0      | 1000 | null                 | 2025-08-31 | not_applicable |
      | 999     | 0      | 1000 | null                 | 2025-09-01 | attention      |
      | 999     | 0      | 1000 | {"document": "文号", "date": "2025-08-31"} | 2025-09-01 | not_applicable |
      | 1000    | 0      | 0    | "none"               | 2025-09-01 | attention      |
      | null    | 0      | 0    | null                 | 2025-09-01 | missing        |

  场景大纲: 在建、存量须有节能审查意见
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "energy" 为 {"total_tce": <总量>, "electricity_mwh": 0, "coal_t": 0, "review": <意见>}
    当 对照审查
    那么 “energy-review”的结论为 <结论>
    例子:
      | 阶段                 | 总量 | 意见                   | 结论           |
      | "existing"           | 1000 | {"document": "文号"}   | pass           |
      | "under_construction" | 1000 | "none"                 | fail           |
      | "existing"           | 1000 | null                   | missing        |
      | "existing"           | 1000 | {"date": "2024-01-01"} | missing        |
      | "existing"           | 999  | "none"                 | not_applicable |
      | "proposed"           | 1000 | "none"                 | not_applicable |

  场景大纲: 用电量折标即大于填报总量的，两数之一有误，提示并在两数之间待定
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "project.construction_started" 为 <开工>
    并且 填报 "energy" 为 {"total_tce": <总量>, "electricity_mwh": <用电>, "coal_t": 0, "items": <明细>, "review": "none"}
    并且 版本为 fuqing@2026
    并且 审查日为 2026-11-23
    当 对照审查
    那么 “energy-review”的结论为 <在建>
    并且 “energy-review-due”的结论为 <拟建>
    并且 提示“electricity-above-total”写着 <字样>
    例子:
      | 阶段                 | 开工         | 总量 | 用电      | 明细 | 在建           | 拟建           | 字样                          |
      | "under_construction" | "2025-10-01" | 900  | 10000     | null | missing        | not_applicable | 用电量 10000 MWh 折合 1229 tce |
      | "proposed"           | null         | 900  | 10000     | null | not_applicable | missing        | 用电量 10000 MWh 折合 1229 tce |
      | "proposed"           | null         | 900  | 10000     | []   | not_applicable | missing        | 用电量 10000 MWh 折合 1229 tce |
      | "proposed"           | null         | 900  | 8136      | null | not_applicable | not_applicable | 用电量 8136 MWh               |
      | "under_construction" | "2025-10-01" | 1229 | 10000     | null | fail           | not_applicable | 无                            |
      | "under_construction" | "2025-10-01" | 1228.999999 | 10000 | null | fail         | not_applicable | 用电量 10000 MWh 折合 1229 tce |
      | "proposed"           | null         | 900  | 7323      | null | not_applicable | not_applicable | 无                            |
      | "proposed"           | null         | 900  | 10000     | [{"carrier": "electricity", "quantity": 10000, "unit": "MWh"}, {"carrier": "heat", "quantity": 9700, "unit": "GJ", "use": "export"}] | not_applicable | not_applicable | 无 |

  场景大纲: 审查意见的机关级次以意见出具日为准
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "energy" 为 {"total_tce": <总量>, "electricity_mwh": 0, "coal_t": <煤>, "review": <意见>}
    并且 审查日为 2026-11-23
    当 对照审查
    那么 “energy-review-authority”的结论为 <结论>
    例子:
      | 行业   | 总量   | 煤     | 意见 | 结论 |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2024-06-01", "authority": "county"} | not_applicable |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2025-09-01", "authority": "county"} | fail |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2025-09-01", "authority": "city"} | pass |
      | "2921" | 5000   | 0      | {"document": "文号", "date": "2025-09-01", "authority": "county"} | not_applicable |
      | "3011" | 4999.999999 | 0 | {"document": "文号", "date": "2023-05-31", "authority": "county"} | not_applicable |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2023-05-31", "authority": "county"} | fail |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2016-12-31", "authority": "county"} | fail |
      | "3011" | 10000  | 0      | {"document": "文号", "date": "2023-05-31", "authority": "county"} | fail |
      | "3011" | 10000  | 0      | {"document": "文号", "date": "2023-05-31", "authority": "province"} | pass |
      | "3011" | 4999   | 0      | {"document": "文号", "date": "2023-05-31", "authority": "county"} | not_applicable |
      | "3011" | 10000  | 0      | {"document": "文号", "date": "2023-06-01", "authority": "city"} | fail |
      | "3011" | 10000  | 0      | {"document": "文号", "date": "2023-06-01", "authority": "province"} | pass |
      | "3011" | 5000   | 10000  | {"document": "文号", "date": "2025-09-01", "authority": "city"} | fail |
      | "3011" | 500000 | 0      | {"document": "文号", "date": "2025-09-01", "authority": "province"} | missing |
      | "3011" | 500000 | 0      | {"document": "文号", "date": "2025-09-01", "authority": "ndrc"} | pass |
      | "3011" | 5000   | 0      | {"document": "文号", "authority": "county"} | missing |
      | "3011" | 5000   | 0      | {"document": "文号", "authority": "ndrc"} | missing |
      | "3011" | 5000   | 0      | {"document": "文号", "date": "2025-09-01"} | missing |
      | null   | 5000   | 0      | {"document": "文号", "date": "2025-09-01", "authority": "county"} | missing |
      | "3011" | 5000   | 0      | "none" | not_applicable |

  场景大纲: 重点用能单位：监测、报告、岗位
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.stage" 为 <阶段>
    并且 填报 "energy.total_tce" 为 <总量>
    并且 填报 "<措施>" 为 <有无>
    当 对照审查
    那么 “<规则>”的结论为 <结论>
    例子:
      | 规则                     | 阶段       | 总量    | 措施                     | 有无   | 结论           |
      | energy-online-monitoring | "proposed" | 9999.99 | energy.online_monitoring | false  | not_applicable |
      | energy-online-monitoring | "proposed" | 10000   | energy.online_monitoring | false  | attention      |
      | energy-online-monitoring | "proposed" | 10000   | energy.online_monitoring | true   | pass           |
      | energy-online-monitoring | "proposed" | 10000   | energy.online_monitoring | 未载明 | missing        |
      | energy-report            | "existing" | 9999.99 | energy.status_report     | false  | not_applicable |
      | energy-report            | "existing" | 10000   | energy.status_report     | false  | fail           |
      | energy-report            | "existing" | 10000   | energy.status_report     | true   | pass           |
      | energy-report            | "existing" | 10000   | energy.status_report     | 未载明 | missing        |
      | energy-report            | "proposed" | 10000   | energy.status_report     | false  | not_applicable |
      | energy-manager           | "existing" | 9999.99 | energy.manager_appointed | false  | not_applicable |
      | energy-manager           | "existing" | 10000   | energy.manager_appointed | false  | fail           |
      | energy-manager           | "existing" | 10000   | energy.manager_appointed | true   | pass           |
      | energy-manager           | "existing" | 10000   | energy.manager_appointed | 未载明 | missing        |

  场景大纲: 新建大型数据中心达到绿色数据中心要求
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.industry" 为 <行业>
    并且 填报 "project.nature" 为 <性质>
    并且 填报 "data_centre" 为 <数据中心>
    当 对照审查
    那么 “data-centre-green”的结论为 <结论>
    例子:
      | 行业   | 性质        | 数据中心                         | 结论           |
      | "6450" | "new"       | {"racks": 2999, "green": false}  | not_applicable |
      | "6450" | "new"       | {"racks": 3000, "green": false}  | attention      |
      | "6450" | "new"       | {"racks": 3000, "green": true}   | pass           |
      | "6450" | "new"       | {"racks": 3000}                  | missing        |
      | "6450" | "relocation" | {"racks": 2999, "green": false} | not_applicable |
      | "6450" | "relocation" | {"racks": 3000, "green": false} | attention      |
      | "6450" | "relocation" | {"racks": 3000, "green": true}  | pass           |
      | "6450" | "expansion" | {"racks": 3000, "green": false}  | not_applicable |
      | "6440" | "new"       | {"racks": 3000, "green": false}  | not_applicable |
      | null   | "new"       | "none"                           | not_applicable |

  场景大纲: 万元工业增加值用水量 12 立方米
    假如 一个拟建新建的“两高”项目
    并且 填报 "project.water_m3" 为 <取水>
    并且 填报 "project.value_added_wan" 为 <增加值>
    当 对照审查
    那么 “water-intensity”的结论为 <结论>
    并且 “water-intensity”的余量为 <余量>
    例子:
      | 取水   | 增加值 | 结论           | 余量  |
      | 120    | 10     | pass           | 0     |
      | 119.9  | 10     | pass           | 0.1   |
      | 120.01 | 10     | attention      | -0.01 |
      | 1      | 0      | attention      | -1    |
      | null   | 10     | not_applicable | 无    |
      | 120    | null   | not_applicable | 无    |
