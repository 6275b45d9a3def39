# language: zh-CN
功能: 另一城市的办公网页
  本单位的规则集为虚构的临水市时，各页只说临水市的办法、区域、园区、规则，没有内置规则集所属城市的字样。

  场景大纲: 各页的中文和英文
    假如 临水市的单位已审查一个项目
    当 “<人员>”打开“<页面>”的中文和英文
    那么 两种文字都写有“<字样>”
    并且 没有另一城市的字样
    例子:
      | 人员    | 页面                                     | 字样                    |
      | officer | /                                        |                         |
      | officer | /worklist                                | 临水东湖工业园          |
      | officer | /worklist/split                          |                         |
      | officer | /projects/{project}                      | 临水示例陶瓷            |
      | officer | /reviews/{review}                        | linshui@2               |
      | officer | /reviews/{review}/findings/voc-offset/voc | 临水市大气办〔2025〕12号 |
      | officer | /reviews/{review}/findings/area-zoning/eia | 临水市工业项目绿色准入办法 |
      | officer | /reviews/{review}/findings/energy-consultation/energy | 办法附件 |
      | officer | /reviews/{review}/what-if                |                         |
      | officer | /reviews/{review}/decision               | 例如 3：for example 3   |
      | officer | /reviews/{review}/papers/opinion         | 临水市工业项目绿色准入办法 |
      | officer | /reviews/{review}/papers/notice          | 临水市工业项目绿色准入办法 |
      | officer | /offsets                                 | 临水市：Linshui         |
      | officer | /offsets/L-1                             | 临水市：Linshui         |
      | officer | /sources/entry                           | 邻近的河阳县：Heyang county nearby |
      | officer | /indicators                              | 2 版：edition 2         |
      | auditor | /rules/linshui@2                         | 挥发性有机物区内倍量替代：VOC offset several times within the area |
      | auditor | /rules/linshui@2/voc-offset              | 临水市大气办〔2025〕12号 |
      | auditor | /rules/linshui@2/tables/areas            | 河阳县                  |
      | auditor | /rules/compare?from=linshui@1&to=linshui@2 | area_offset_ratio     |
      | auditor | /clauses                                 | 临水市工业项目绿色准入办法 |
      | auditor | /clauses/3                               | 环评准入                |
      | officer | {draft}                                  |                         |
      | officer | {draft}/eia                              | 生态环境准入清单：access list |
      | officer | {draft}/site                             | 临水东湖工业园          |
      | officer | {draft}/voc                              | 替代：ffset             |
      | officer | {draft}/rows/voc.offsets/0               | 邻近的河阳县：Heyang county nearby |
      | officer | {draft}/check                            | 2 版：edition 2         |
      | auditor | /audit                                   |                         |
      | auditor | {replay}                                 |                         |

  场景: 填表时只问本规则集的四道关口
    假如 临水市的单位已审查一个项目
    当 “officer”打开“{draft}/eia”的中文和英文
    那么 填写的关口为“zoning、total_control、access_list、discharge_standards”

  场景: 两个规则集并列
    假如 临水市的单位已审查一个项目
    当 “auditor”打开“/rules”的中文和英文
    那么 两种文字都写有“linshui@2”
    并且 两种文字都写有“fuqing@2026”

  场景: 另一规则集的条款
    假如 临水市的单位已审查一个项目
    当 “auditor”打开“/clauses/3.10-7?ruleset=fuqing”的中文和英文
    那么 两种文字都写有“挥发性有机物综合整治工程”

  场景: 接口按本单位的规则集，也可指名另一个
    假如 临水市的单位已审查一个项目
    那么 接口的规则版本为“linshui@1、linshui@2”，其后为“fuqing”的各版本
    并且 接口不指名审查由“linshui@2”作出，指名“fuqing@2026”由“fuqing@2026”作出
    并且 接口不写区域登记来源，登记在“linshui”
    并且 接口以另一城市的区域审查被拒绝，指明“/voc/offsets/0/area”
