# language: zh-CN
功能: 两个城市的项目在同一份记录中
  每个项目由本城市的规则集审查、登记、列出、出具文书、重放；各自的区域、来源、指标和提示互不相混。

  背景:
    假如 一份空的记录，本单位的规则集为“linshui”
    并且 来源“L-1”在“linshui”核定削减量 50 吨
    并且 来源“F-1”在“fuqing”核定削减量 50 吨
    并且 临水市的项目已按“linshui”于 2025-09-01 提交，使用来源“L-1” 4.5 吨
    并且 福清市的项目已按“fuqing”于 2025-09-01 提交，使用来源“F-1” 6 吨

  场景: 各按各的版本记录、列出
    那么 工作清单中的项目依次由“fuqing@2025、linshui@1”审查
    并且 记录中的版本为“linshui@1、fuqing@2025”
    并且 记录完好

  场景: 重放逐字一致
    那么 全部重放与记录逐字节相同
    并且 按列重放与记录相同

  场景: 换一天重放，各按本规则集当日施行的版本
    当 按 2026-09-01 重放
    那么 临水市的项目对照“linshui@2”，“voc-offset”由 pass 变为 fail，原因是“parameter area_offset_ratio”
    并且 福清市的项目对照“fuqing@2026”

  场景: 按另一城市的规则集重放，无从比较的写明原因
    当 对照“fuqing@2025”重放
    那么 临水市的项目无从比较，写明“site.park”

  场景: 区域由可用的规则集给出
    那么 登记来源时区域“downtown”被拒绝，列出“Linshui (linshui), Heyang county nearby (heyang), outside Linshui and Heyang (elsewhere), Fuqing (fuqing), elsewhere in Fuzhou (fuzhou), elsewhere in Fujian (fujian), outside Fujian (other)”
    并且 所登记区域不在本规则集的来源，不能确定是否计入

  场景: 指标、拆分提示只计本城市
    那么 “linshui”的指标计入 0 个项目，削减目标为“nox 120 2”
    当 批准两市的项目
    那么 “linshui”的指标计入 1 个项目，削减目标为“nox 120 2”
    并且 “fuqing”的指标计入 1 个项目，削减目标为“cod 4570.5 2-1、nh3n 316.4 2-1、nox 300 2-1、voc 500 2-1”
    并且 “linshui”的拆分门槛为“energy_tce 20000 8”

  场景: 按列导出的事实只有本规则集的项目
    那么 “linshui@2”的列有项目“临水”，“fuqing@2026”的列有项目“福清”

  场景: 方案原文各附各的
    当 附入“linshui”的方案原文
    那么 “linshui”的方案已附入，“fuqing”的尚未附入
    并且 记录完好

  场景: 文书上没有另一城市的字样
    那么 临水市项目的文书有《临水市工业项目绿色准入办法（虚构）》，没有福清市的字样
