"""The departments' feed: what they are told, who is let in, and what they answer.

projecting   public events follow from the services' own; handlers.py tells them, store.py keeps them
numbering    counts them, so that pulling.py can give them out page by page
alive        says once an hour that the way is open
departments  who is told what; credentials.py and budgets.py are what admits and bounds them
asked        what they ask over the HTTP API; references.py and confirmations.py know where their references lead
taking       takes their answers from the broker; answering.py compares them with what each may, answers.py hands them
             on to intake
rehearsing   takes them in intake's place where they were asked in the sandbox, which sandbox.py tells
queues       how much waits for one of them at the broker
webhooks     brings events over HTTPS
"""
