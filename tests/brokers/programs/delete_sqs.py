"""Deletes the topic and the queues of a BROKER_URL, as an administrator does.

Runs in the environment of a generated project.
"""

import sys

from office.platform.adapters.aws import Address, Aws

address = Address.of_url(sys.argv[1])
aws = Aws(address)
topic = aws.sns.create_topic(Name=f"{address.prefix}.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
aws.sns.delete_topic(TopicArn=topic)
for queue in aws.sqs.list_queues(QueueNamePrefix=f"{address.prefix}-")["QueueUrls"]:
    aws.sqs.delete_queue(QueueUrl=queue)
aws.close()
