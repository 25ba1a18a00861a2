"""The floor's other work: receiving, putting away, picking, checking, shipping, transfers, losses, production.

*document* 单据: what ought to come, go or be made (a receipt, a pick, a transfer, an order …), with lines. *statement*
作业记录: what one person says they did or found at an instant; written once, never edited, withdrawn by another one.
*delivery* 无单到货: what came without a document, gathered on a device until it is handed in.
*inspection* 退货检验: somebody else looks at what a customer sent back, which is on hold until then.
*exchange* 换货: a replacement that leaves and a return that comes back, two documents with one number.
*on the way* 在途: what left for another warehouse and has neither arrived nor been settled.
*first side* and *check* 复核: who received or picked, and the other person on another device, who says independently
what is there. *goods* 单据货品: what a document has come to, item by item. *dock* and *staging* 收货区、待发区: real
places, where goods stand before they are put away and before they leave.

Decided: a pick moves the goods from the shelf to staging at once, for the shelf is emptier from that instant, whoever
checks later; a check that finds something else corrects it at the instant of the pick. A receipt that needs a check is
posted when two people agree, effective when the first of them said so: what only one has seen is not yet ours.
"""
