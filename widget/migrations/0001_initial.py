import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import widget.lib.secrets
import widget.providers.models
import widget.rules.models
import widget.sites.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('django_tasks_database', '0021_conditional_partial_index_ordering'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertMark',
            fields=[
                ('key', models.CharField(editable=False, max_length=200, primary_key=True, serialize=False)),
                ('since', models.DateTimeField(editable=False)),
                ('times', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'alert already sent',
                'verbose_name_plural': 'alerts already sent',
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('name', models.CharField(editable=False, max_length=100, primary_key=True, serialize=False, verbose_name='job')),
                ('last_day', models.DateField(editable=False, verbose_name='last day')),
            ],
            options={
                'verbose_name': 'daily job',
                'verbose_name_plural': 'daily jobs',
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Part of the tag on your website. Changing it switches the old tag off.', max_length=40, unique=True, verbose_name='key')),
                ('name', models.CharField(help_text='Shown to visitors at the top of the chat.', max_length=80, verbose_name='name')),
                ('kind', models.CharField(choices=[('shop', 'Online shop'), ('clinic', 'Clinic or practice'), ('coach', 'Coach or course'), ('travel', 'Travel agent'), ('other', 'Something else')], default='shop', max_length=10, verbose_name='kind')),
                ('active', models.BooleanField(default=True, help_text='Switched off, the chat refuses new connections.', verbose_name='active')),
                ('language', models.CharField(choices=[('id', 'Indonesian'), ('en', 'English')], default='id', help_text="Used where the visitor's own language is unknown.", max_length=5, verbose_name='language')),
                ('address_form', models.CharField(choices=[('Kak', 'Kak'), ('Anda', 'Anda'), ('Bapak/Ibu', 'Bapak/Ibu')], default='Kak', max_length=10, verbose_name='visitors are addressed as')),
                ('greeting', models.TextField(blank=True, help_text='First line in an empty chat.', max_length=300, verbose_name='greeting')),
                ('accent', models.CharField(default='#0f766e', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour looks like #0f766e.')], verbose_name='colour')),
                ('time_zone', models.CharField(default='Asia/Jakarta', max_length=40, validators=[widget.sites.models.validate_time_zone], verbose_name='time zone')),
                ('whatsapp', models.CharField(blank=True, help_text='Shown as a button when a person is needed. With the country code, for example 6281234567890.', max_length=20, validators=[django.core.validators.RegexValidator('^\\+?[0-9][0-9 \\-]{6,18}$', 'Digits only, for example 6281234567890.')], verbose_name='WhatsApp number')),
                ('email', models.EmailField(blank=True, help_text='Shown to visitors when a person is needed.', max_length=254, verbose_name='e-mail')),
                ('policy_url', models.URLField(blank=True, help_text='Linked under the message box. Empty: a short page of our own is linked.', verbose_name='privacy policy')),
                ('retention_days', models.PositiveIntegerField(default=180, help_text='Older conversations are removed every night.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='chats are kept (days)')),
                ('answers_per_visitor_day', models.PositiveIntegerField(blank=True, help_text='Empty: the limit of the installation. Above it your own knowledge answers.', null=True, verbose_name='model answers per visitor and day')),
                ('answers_per_site_day', models.PositiveIntegerField(blank=True, help_text='Empty: the limit of the installation. Above it your own knowledge answers.', null=True, verbose_name='model answers per day')),
                ('allow_apps', models.BooleanField(default=False, help_text='Accepts connections that name no website, with lower limits. Leave off unless you built one.', verbose_name='allow own mobile apps')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'site',
                'verbose_name_plural': 'sites',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='WorkerBeat',
            fields=[
                ('worker_id', models.CharField(editable=False, max_length=64, primary_key=True, serialize=False, verbose_name='worker')),
                ('beat', models.PositiveBigIntegerField(default=0, editable=False)),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='started')),
            ],
            options={
                'verbose_name': 'worker',
                'verbose_name_plural': 'workers',
            },
        ),
        migrations.CreateModel(
            name='BackgroundJob',
            fields=[
            ],
            options={
                'verbose_name': 'background job',
                'verbose_name_plural': 'background jobs',
                'ordering': ('-enqueued_at',),
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('django_tasks_database.dbtaskresult',),
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(editable=False, max_length=36, unique=True, verbose_name='public id')),
                ('channel', models.CharField(default='web', editable=False, max_length=10, verbose_name='channel')),
                ('seq', models.PositiveIntegerField(default=0, editable=False)),
                ('handler', models.CharField(choices=[('bot', 'assistant'), ('waiting', 'waiting for a person'), ('human', 'a person')], default='bot', max_length=10, verbose_name='handled by')),
                ('waiting_since', models.DateTimeField(blank=True, null=True, verbose_name='waiting since')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('contact', models.CharField(blank=True, max_length=120, verbose_name='WhatsApp number or e-mail')),
                ('locale', models.CharField(default='id', max_length=5, verbose_name='language')),
                ('page_url', models.CharField(blank=True, max_length=500, verbose_name='page')),
                ('page_title', models.CharField(blank=True, max_length=200, verbose_name='page title')),
                ('visitor_read_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('operator_read_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='started')),
                ('last_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='last message')),
                ('operator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'conversation',
                'verbose_name_plural': 'conversations',
                'ordering': ['-last_at'],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text="What you call it, for example Groq. Shown on the conversation's page.", max_length=80, verbose_name='name')),
                ('base_url', models.CharField(max_length=300, validators=[widget.providers.models.validate_base_url], verbose_name='base URL')),
                ('key', widget.lib.secrets.EncryptedTextField(blank=True, default='', verbose_name='key')),
                ('model', models.CharField(help_text='Exactly as the provider writes it, for example gpt-4o-mini or llama3.2.', max_length=200, verbose_name='model')),
                ('wire', models.CharField(choices=[('chat', 'OpenAI-compatible chat')], default='chat', max_length=10, verbose_name='protocol')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest is asked first; when it fails, the next one.', verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('price_in', models.DecimalField(decimal_places=4, default=0, help_text='In US dollars. Used for the costs shown in a conversation.', max_digits=10, validators=[django.core.validators.MinValueValidator(0)], verbose_name='price per million tokens read')),
                ('price_out', models.DecimalField(decimal_places=4, default=0, help_text='In US dollars. Used for the costs shown in a conversation.', max_digits=10, validators=[django.core.validators.MinValueValidator(0)], verbose_name='price per million tokens written')),
                ('max_tokens', models.PositiveIntegerField(default=800, help_text='0 leaves it to the provider. Models that think before they speak need more.', verbose_name='longest answer (tokens)')),
                ('temperature', models.FloatField(blank=True, help_text="Empty: the provider's own. Lower answers stick more closely to your knowledge.", null=True, validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(2.0)], verbose_name='temperature')),
                ('last_ok_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last answer')),
                ('last_failed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last failure')),
                ('last_failure', models.CharField(blank=True, editable=False, max_length=40, verbose_name='kind of the last failure')),
                ('site', models.ForeignKey(blank=True, help_text='Empty: all sites of this installation.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='providers', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'provider',
                'verbose_name_plural': 'providers',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AnswerCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('visitor', models.CharField(blank=True, max_length=36)),
                ('used', models.PositiveIntegerField(default=0)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='widget.site')),
            ],
        ),
        migrations.CreateModel(
            name='AllowedOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=255, verbose_name='website')),
                ('first_seen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first visit')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='origins', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'allowed website',
                'verbose_name_plural': 'allowed websites',
                'ordering': ['origin'],
            },
        ),
        migrations.CreateModel(
            name='AlertTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'E-mail'), ('telegram', 'Telegram'), ('webhook', 'Webhook')], editable=False, max_length=10, verbose_name='kind')),
                ('address', models.CharField(blank=True, max_length=500, verbose_name='address')),
                ('secret', widget.lib.secrets.EncryptedTextField(blank=True, verbose_name='secret')),
                ('on_waiting', models.BooleanField(default=True, verbose_name='a visitor waits for a person')),
                ('on_provider_failed', models.BooleanField(default=True, verbose_name="a model fails or the day's answers are used up")),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('last_ok_at', models.DateTimeField(editable=False, null=True, verbose_name='last delivered')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=500, verbose_name='last failure')),
                ('bot_name', models.CharField(blank=True, editable=False, max_length=64)),
                ('connect_code', models.CharField(blank=True, editable=False, max_length=40)),
                ('connect_code_at', models.DateTimeField(editable=False, null=True)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alert_targets', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'alert',
                'verbose_name_plural': 'alerts',
                'ordering': ['site', 'kind', 'address'],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question_seq', models.PositiveIntegerField(editable=False)),
                ('state', models.CharField(choices=[('queued', 'waiting its turn'), ('running', 'being answered'), ('done', 'answered'), ('stopped', 'stopped by the visitor'), ('yielded', 'left to a person')], default='queued', max_length=10, verbose_name='state')),
                ('holder', models.CharField(blank=True, editable=False, max_length=36)),
                ('beat', models.PositiveIntegerField(default=0, editable=False)),
                ('fence', models.PositiveIntegerField(default=0, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('reply_id', models.CharField(blank=True, editable=False, max_length=36)),
                ('partial', models.TextField(blank=True, editable=False)),
                ('stop_requested', models.BooleanField(default=False, editable=False)),
                ('answer_seq', models.PositiveIntegerField(editable=False, null=True)),
                ('provider', models.CharField(blank=True, max_length=80, verbose_name='provider')),
                ('model', models.CharField(blank=True, max_length=120, verbose_name='model')),
                ('failures', models.JSONField(blank=True, default=list, verbose_name='failed before')),
                ('tokens_in', models.PositiveIntegerField(null=True, verbose_name='tokens read')),
                ('tokens_out', models.PositiveIntegerField(null=True, verbose_name='tokens written')),
                ('cost', models.DecimalField(decimal_places=6, max_digits=12, null=True, verbose_name='cost (USD)')),
                ('first_token_ms', models.PositiveIntegerField(null=True, verbose_name='first word after (ms)')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='widget.conversation', verbose_name='conversation')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['conversation', 'question_seq'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(editable=False)),
                ('client_id', models.CharField(editable=False, max_length=36)),
                ('author', models.CharField(choices=[('visitor', 'Visitor'), ('assistant', 'Assistant'), ('operator', 'Person'), ('system', 'System')], max_length=10, verbose_name='author')),
                ('answered_by', models.CharField(blank=True, choices=[('model', 'model'), ('knowledge', 'own knowledge'), ('rule', 'rule'), ('person', 'person')], max_length=10, verbose_name='answered by')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('text', models.TextField(verbose_name='text')),
                ('sources', models.JSONField(blank=True, default=list, verbose_name='sources')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='time')),
                ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='widget.conversation', verbose_name='conversation')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['conversation', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('conversation', 'seq'), name='one_row_per_seq'), models.UniqueConstraint(fields=('conversation', 'client_id'), name='one_row_per_client_id')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Shown to visitors as the source of the answer, for example “Opening hours”.', max_length=80, verbose_name='name')),
                ('phrases', models.TextField(help_text='One per line, as visitors write them. The rule answers when a message is such a phrase, also with small talk around it: “halo kak” but not “halo, berapa ongkir?”.', max_length=4000, verbose_name='phrases')),
                ('answer', models.TextField(help_text='May hold {you} (how visitors are addressed), {name} (your business), {hours}, {whatsapp} and {email}; in Indonesian {sapaan}, {nama}, {jam}, {wa} and {email}. A line whose placeholder is empty is left out.', max_length=2000, verbose_name='answer')),
                ('position', models.PositiveIntegerField(default=0, help_text='When two rules fit equally well, the lower number answers.', verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('language', models.CharField(blank=True, choices=[('id', 'Indonesian'), ('en', 'English')], help_text='Preferred for visitors with this language. Empty: for everybody.', max_length=5, verbose_name='language')),
                ('revision', models.BigIntegerField(default=widget.rules.models.new_revision, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'rule',
                'verbose_name_plural': 'rules',
                'ordering': ['position', 'id'],
                'indexes': [models.Index(fields=['site', 'revision'], name='rules_by_site')],
            },
        ),
        migrations.CreateModel(
            name='RefusedOrigin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=255, verbose_name='website')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='times')),
                ('last_at', models.DateTimeField(verbose_name='last time')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_origins', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'refused website',
                'verbose_name_plural': 'refused websites',
                'ordering': ['-last_at'],
                'constraints': [models.UniqueConstraint(fields=('site', 'origin'), name='refusal_once_per_site')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.SmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('opens', models.TimeField(verbose_name='from')),
                ('closes', models.TimeField(verbose_name='until')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'opening hours',
                'verbose_name_plural': 'opening hours',
                'ordering': ['weekday', 'opens'],
                'constraints': [models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes'))), name='hours_open_before_close')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='As a visitor would ask it, or the name of a product or policy. Words in here count most when the answer is looked for.', max_length=200, verbose_name='question or title')),
                ('answer', models.TextField(help_text='Shown to visitors as it stands when no model is set up; a model answers from it in its own words.', max_length=8000, verbose_name='answer')),
                ('other_ways', models.TextField(blank=True, help_text='One per line, in the words your visitors use: “cod bisa ga”, “bayar di tempat bisa?”.', max_length=2000, verbose_name='other ways to ask')),
                ('tags', models.CharField(blank=True, help_text='Words separated by commas that help you and the search: shipping, batik.', max_length=200, verbose_name='tags')),
                ('language', models.CharField(choices=[('id', 'Indonesian'), ('en', 'English')], default='id', max_length=5, verbose_name='language')),
                ('url', models.URLField(blank=True, help_text='A page that says the same. Visitors see it as the source of the answer.', max_length=500, verbose_name='source')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('approved', 'approved')], default='approved', help_text='Drafts are never shown to visitors.', max_length=10, verbose_name='state')),
                ('valid_from', models.DateField(blank=True, help_text='Empty: at once.', null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, help_text='The last day this is true; afterwards it is no longer used. Empty: always.', null=True, verbose_name='valid until')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='widget.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'knowledge entry',
                'verbose_name_plural': 'knowledge',
                'ordering': ['title'],
                'indexes': [models.Index(fields=['site', 'title'], name='entries_by_site')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_from__lte', models.F('valid_until')), _connector='OR'), name='entry_valid_from_before_until', violation_error_message='“Valid from” must not be later than “valid until”.')],
            },
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('handler', 'waiting')), fields=['waiting_since'], name='conversations_waiting'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['site', '-last_at'], name='conversations_by_site'),
        ),
        migrations.AddConstraint(
            model_name='answercount',
            constraint=models.UniqueConstraint(fields=('site', 'day', 'visitor'), name='one_count_per_visitor_and_day'),
        ),
        migrations.AddConstraint(
            model_name='allowedorigin',
            constraint=models.UniqueConstraint(fields=('site', 'origin'), name='origin_once_per_site'),
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['conversation', 'question_seq'], name='turns_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.UniqueConstraint(fields=('conversation', 'question_seq'), name='one_turn_per_question'),
        ),
    ]
