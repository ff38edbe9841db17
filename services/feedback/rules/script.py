"""What a person is asked by telephone, word for word; it names nobody who handled the matter."""

from typing import Final

SCRIPT: Final = (
    "您好，这里是抚州社工服务回访。您此前反映的事项已经办结，想请您评价一下，大约一分钟，可以吗？",
    "有没有人与您联系过、为您办理？",
    "您的问题解决了吗：已解决、部分解决，还是未解决？",
    "请您打分，1分很不满意，5分非常满意，您打几分？",
    "您还有什么想说的吗？",
    "谢谢您！您的评价不会告诉经办人是谁说的。",
)
