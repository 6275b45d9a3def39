# language: zh-CN
功能: 收件箱的邮件：设有邮件服务器时，进入收件箱的事项发邮件给有邮箱的人员，各发一次

  背景:
    假如 审查人员“jia”的邮箱是“jia@office.example”，今天是 2026-11-26

  场景: 进入收件箱的事项发一封邮件，只写项目名称和要办的事
    当 项目“甲”交“jia”经办
    而且 查看收件箱并发送
    那么 “jia@office.example”收到 1 封邮件
    而且 邮件写明“待我决定：测试项目 甲（虚构）”
    而且 邮件写明“for me to decide: 测试项目 甲（虚构）”
    而且 邮件附有网址“https://two-high.office.example/reviews/”
    而且 邮件中文在前
    当 查看收件箱并发送
    那么 “jia@office.example”收到 1 封邮件

  场景: 几件同时进入的合为一封，后来进入的另发
    当 项目“甲、乙”交“jia”经办
    而且 查看收件箱并发送
    那么 邮件的标题写明 2 件
    当 项目“丙”交“jia”经办
    而且 查看收件箱并发送
    那么 “jia@office.example”收到 2 封邮件
    而且 邮件写明“待我决定：测试项目 丙（虚构）”

  场景: 逾期只告知一次，不是每天一次
    当 项目“甲”交“jia”经办，征求意见须于 2026-11-27 前答复
    而且 查看收件箱并发送
    那么 “jia@office.example”收到 1 封邮件
    当 到了 2026-11-28，查看收件箱并发送
    那么 “jia@office.example”收到 2 封邮件
    而且 邮件写明“逾期：测试项目 甲（虚构）”
    当 到了 2026-11-29，查看收件箱并发送
    那么 “jia@office.example”收到 2 封邮件

  场景: 他人记录的答复告知经办人
    当 项目“甲”交“jia”经办，征求意见须于 2026-12-27 前答复
    而且 查看收件箱并发送
    而且 收到答复，查看收件箱并发送
    那么 “jia@office.example”收到 2 封邮件
    而且 邮件写明“收到答复：测试项目 甲（虚构）”
    而且 邮件没有“示例答复内容”

  场景: 服务器不可用时稍后再发，编号不变
    假如 邮件服务器答复稍后再试
    当 项目“甲”交“jia”经办
    而且 查看收件箱并发送
    那么 “jia@office.example”收到 0 封邮件
    而且 有 1 封等待发送
    当 邮件服务器恢复，再次发送
    那么 “jia@office.example”收到 1 封邮件
    而且 没有等待发送的

  场景: 没有服务器可连接，用完次数即放弃
    假如 没有邮件服务器在监听
    当 项目“甲”交“jia”经办
    而且 查看收件箱并发送 3 次
    那么 有 1 封已放弃，日志没有“jia@office.example”

  场景: 收件人被拒绝即放弃
    假如 邮件服务器拒绝“jia@office.example”
    当 项目“甲”交“jia”经办
    而且 查看收件箱并发送
    那么 有 1 封已放弃，日志没有“jia@office.example”

  场景: 取消邮箱之后不再发送，等待发送的也不发
    假如 邮件服务器答复稍后再试
    当 项目“甲”交“jia”经办
    而且 查看收件箱并发送
    而且 取消“jia”的邮箱
    而且 邮件服务器恢复，再次发送
    那么 “jia@office.example”收到 0 封邮件
    而且 有 1 封已放弃，日志没有“jia@office.example”
    而且 记录完好

  场景: 一个收件箱无法读取，不影响其他人员的邮件
    假如 审查人员“yi”的邮箱是“yi@office.example”
    当 项目“甲”交“jia”经办
    而且 “yi”的收件箱无法读取，查看收件箱并发送
    那么 “jia@office.example”收到 1 封邮件
    而且 日志写明“person:yi”的收件箱无法读取

  场景大纲: 不是邮箱地址的不能记录
    那么 “jia”的邮箱不能是“<地址>”

    例子:
      | 地址                      |
      | jia                       |
      | jia@office                |
      | @office.example           |
      | jia@@office.example       |
      | jia@-office.example       |
      | ji a@office.example       |
      | 甲@office.example         |
      | jia@office.example\nBcc:x@y.example |
      | jia@office.example,b@y.example |
      | "jia"@office.example      |
      | .jia@office.example       |
