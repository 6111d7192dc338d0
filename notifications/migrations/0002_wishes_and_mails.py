import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.new_public_id, editable=False, max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('day', models.DateField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'day'), name='notifications_digest_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=40)),
                ('is_shown', models.BooleanField(default=True)),
                ('by_mail', models.CharField(choices=[('AT_ONCE', 'At once'), ('DAILY', 'Once a day, together'), ('OFF', 'Never')], default='AT_ONCE', max_length=7)),
                ('by_mail_before_off', models.CharField(blank=True, max_length=7)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'group'), name='notifications_preference_once'), models.CheckConstraint(condition=models.Q(models.Q(('by_mail', 'OFF'), ('by_mail_before_off__in', ['AT_ONCE', 'DAILY'])), models.Q(('by_mail__in', ['AT_ONCE', 'DAILY']), ('by_mail_before_off', '')), _connector='OR'), name='notifications_preference_mail')],
            },
        ),
        migrations.RemoveIndex(
            model_name='notice',
            name='notifications_notice_unread',
        ),
        migrations.AddField(
            model_name='notice',
            name='group',
            field=models.CharField(default='general', max_length=40),
        ),
        migrations.AddField(
            model_name='notice',
            name='is_shown',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='by_mail',
            field=models.CharField(choices=[('AT_ONCE', 'At once'), ('DAILY', 'Once a day, together'), ('OFF', 'Never')], default='OFF', max_length=7),
        ),
        migrations.AddField(
            model_name='notice',
            name='digest',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='notices', to='notifications.digest'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('is_shown', True), ('read_at', None)), fields=['user'], name='notifications_notice_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('by_mail', 'DAILY'), ('digest', None), ('read_at', None)), fields=['user', 'created_at'], name='notifications_notice_to_digest'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('by_mail__in', ['AT_ONCE', 'DAILY', 'OFF'])), name='notifications_notice_mail_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('digest__isnull', True), ('by_mail', 'DAILY'), _connector='OR'), name='notifications_notice_digest_is_daily'),
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.ids.new_public_id, editable=False, max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('address', models.EmailField(max_length=254)),
                ('state', models.CharField(choices=[('WAITING', 'Waiting'), ('SENDING', 'Being sent'), ('SENT', 'Sent'), ('FAILED', 'Given up'), ('CANCELED', 'No longer wanted')], default='WAITING', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('was_interrupted', models.BooleanField(default=False)),
                ('lease_holder', models.CharField(blank=True, max_length=64)),
                ('lease_expires_at', models.DateTimeField(null=True)),
                ('failure_code', models.CharField(blank=True, max_length=40)),
                ('finished_at', models.DateTimeField(null=True)),
                ('digest', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='notifications.digest')),
                ('notice', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='notifications.notice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['due_at', 'id'], name='notifications_mail_queue'), models.Index(condition=models.Q(('state', 'SENDING')), fields=['lease_expires_at'], name='notifications_mail_leases'), models.Index(condition=models.Q(('finished_at__isnull', False)), fields=['finished_at'], name='notifications_mail_finished')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('digest__isnull', True), ('notice__isnull', False)), models.Q(('digest__isnull', False), ('notice__isnull', True)), _connector='OR'), name='notifications_mail_about_one_thing'), models.CheckConstraint(condition=models.Q(('state__in', ['WAITING', 'SENDING', 'SENT', 'FAILED', 'CANCELED'])), name='notifications_mail_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('lease_expires_at__isnull', False), ('state', 'SENDING')), models.Q(models.Q(('state', 'SENDING'), _negated=True), ('lease_expires_at__isnull', True)), _connector='OR'), name='notifications_mail_lease_while_sending'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['WAITING', 'SENDING'])), models.Q(models.Q(('state__in', ['WAITING', 'SENDING']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='notifications_mail_finished_at')],
            },
        ),
    ]
