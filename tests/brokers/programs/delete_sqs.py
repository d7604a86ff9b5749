"""Deletes the topic and the queues of a BROKER_URL, as an administrator does.

Runs in the environment of a generated project.
"""

import sys

from office.platform.adapters.aws import Aws, Place

place = Place.of_url(sys.argv[1])
aws = Aws(place)
topic = aws.sns.create_topic(Name=f"{place.prefix}.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
aws.sns.delete_topic(TopicArn=topic)
for queue in aws.sqs.list_queues(QueueNamePrefix=f"{place.prefix}-")["QueueUrls"]:
    aws.sqs.delete_queue(QueueUrl=queue)
aws.close()
