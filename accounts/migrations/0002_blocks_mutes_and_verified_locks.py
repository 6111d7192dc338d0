import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('blocked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('blocker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Mute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('muted', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('muter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='UnlockCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='unlock_code', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='restriction',
            name='accounts_restriction_scope_known',
        ),
        migrations.AddField(
            model_name='restriction',
            name='can_be_verified',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='restriction',
            name='decision_id',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='restriction',
            name='end_told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='restriction',
            name='scope',
            field=models.CharField(choices=[('ACCOUNT', 'The whole account'), ('CHARACTERS', 'Creating characters'), ('PICTURES', 'Pictures'), ('PUBLISHING', 'Publishing'), ('CHAT', 'Chat'), ('POSTS', 'Posts and comments'), ('MESSAGES', 'Direct messages'), ('MATCHING', 'Matching'), ('CALLS', 'Calls'), ('PURCHASES', 'Purchases')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['ACCOUNT', 'CHARACTERS', 'PICTURES', 'PUBLISHING', 'CHAT', 'POSTS', 'MESSAGES', 'MATCHING', 'CALLS', 'PURCHASES'])), name='accounts_restriction_scope_known'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.UniqueConstraint(condition=models.Q(('decision_id', ''), _negated=True), fields=('user', 'decision_id', 'scope'), name='accounts_restriction_once_per_decision'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(('can_be_verified', False), models.Q(('is_suspension', False), ('scope', 'ACCOUNT'), models.Q(('reason_code', 'minors'), _negated=True)), _connector='OR'), name='accounts_restriction_verified_is_a_lock'),
        ),
        migrations.AddIndex(
            model_name='restriction',
            index=models.Index(condition=models.Q(('end_told_at__isnull', True), ('ends_at__isnull', False), ('lifted_at__isnull', True)), fields=['ends_at', 'id'], name='accounts_restriction_ending'),
        ),
        migrations.AddIndex(
            model_name='block',
            index=models.Index(fields=['blocker', '-created_at', '-id'], name='accounts_block_list'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.UniqueConstraint(fields=('blocker', 'blocked'), name='accounts_block_once'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.CheckConstraint(condition=models.Q(('blocker', models.F('blocked')), _negated=True), name='accounts_block_not_self'),
        ),
        migrations.AddIndex(
            model_name='mute',
            index=models.Index(fields=['muter', '-created_at', '-id'], name='accounts_mute_list'),
        ),
        migrations.AddConstraint(
            model_name='mute',
            constraint=models.UniqueConstraint(fields=('muter', 'muted'), name='accounts_mute_once'),
        ),
        migrations.AddConstraint(
            model_name='mute',
            constraint=models.CheckConstraint(condition=models.Q(('muter', models.F('muted')), _negated=True), name='accounts_mute_not_self'),
        ),
    ]
