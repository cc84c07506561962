# Plans are opened more than once and have a row per creator: what stood on the plan moves to its spells and rows.

import django.db.models.deletion
from django.db import migrations, models

# Immediately, or the tables altered below would still wait for the deferred checks of these rows. A product that had
# several normal plans, one after another, keeps the last, with the spells and rates of all.
SPELLS_AND_ROWS = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE deals_plan SET merchant_id = product.merchant_id FROM catalog_product product WHERE product.id = product_id;
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
    SELECT id, max(id) FILTER (WHERE type = 1) OVER (PARTITION BY product_id, type) AS last FROM deals_plan;
UPDATE kept SET last = id WHERE last IS NULL;
INSERT INTO deals_planspell (plan_id, opens_at, closes_at)
    SELECT kept.last, made_at, closes_at FROM deals_plan JOIN kept USING (id) ORDER BY made_at;
INSERT INTO deals_planrow (plan_id, creator_id, made_at)
    SELECT kept.last, NULL, min(made_at) FROM deals_plan JOIN kept USING (id) GROUP BY kept.last;
UPDATE deals_planrate SET row_id = deals_planrow.id
    FROM kept JOIN deals_planrow ON deals_planrow.plan_id = kept.last WHERE kept.id = deals_planrate.plan_id;
"""
# Once the rates hang on rows; lines that were sold name the earlier plans as history.
DROP_REPLACED = """
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM deals_plan plan WHERE NOT EXISTS (SELECT FROM deals_planspell spell WHERE spell.plan_id = plan.id);
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_terms_of_every_kind")]

    operations = [
        migrations.RemoveConstraint(
            model_name='plan',
            name='plan_closes_after_opening',
        ),
        migrations.RemoveConstraint(
            model_name='plan',
            name='plan_one_normal_per_product',
        ),
        migrations.RemoveConstraint(
            model_name='planrate',
            name='plan_rate_within_bounds',
        ),
        migrations.RemoveConstraint(
            model_name='planrate',
            name='plan_rate_not_before_entry',
        ),
        migrations.RemoveConstraint(
            model_name='planrate',
            name='plan_rate_superseded_unbegun',
        ),
        migrations.RemoveIndex(
            model_name='plan',
            name='plan_of_product',
        ),
        migrations.RemoveIndex(
            model_name='planrate',
            name='plan_rate_of_plan',
        ),
        migrations.RenameField(
            model_name='plan',
            old_name='opens_at',
            new_name='made_at',
        ),
        migrations.AddField(
            model_name='plan',
            name='merchant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation'),
        ),
        migrations.AddField(
            model_name='planrate',
            name='row',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='deals.planrow'),
        ),
        migrations.RunSQL(SPELLS_AND_ROWS, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='planrate',
            name='plan',
        ),
        migrations.RunSQL(DROP_REPLACED, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='plan',
            name='closes_at',
        ),
        migrations.AlterField(
            model_name='plan',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.organisation'),
        ),
        migrations.AlterField(
            model_name='planrate',
            name='row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='deals.planrow'),
        ),
        migrations.AddField(
            model_name='plan',
            name='entry',
            field=models.CharField(choices=[('invited', 'By invitation only'), ('automatic', 'At once, when the floors are met'), ('manual', "After the merchant's audit, when the floors are met")], default='invited', max_length=10),
        ),
        migrations.AddField(
            model_name='plan',
            name='floor_score_centi',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='floor_tier',
            field=models.CharField(blank=True, choices=[('gold', 'Gold'), ('silver', 'Silver'), ('bronze', 'Bronze')], max_length=6),
        ),
        migrations.AddField(
            model_name='plan',
            name='offered_rate_bp',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='planrate',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='plan',
            name='product',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product'),
        ),
        migrations.AlterField(
            model_name='planrate',
            name='rate_bp',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['product'], name='plan_of_product'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['merchant', 'type'], name='plan_of_merchant'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', None), ('type', 4)), models.Q(models.Q(('type', 4), _negated=True), ('product__isnull', False)), _connector='OR'), name='plan_shop_targeted_has_no_product'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', [1, 2, 4, 5])), name='plan_of_a_merchants_own_types'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('type', 1)), fields=('product',), name='plan_one_normal_per_product'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('type', 5)), fields=('product',), name='plan_one_exclusive_per_product'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('entry', 'invited'), models.Q(('offered_rate_bp__isnull', False), ('offered_rate_bp__lte', 9000)), _connector='OR'), name='plan_entry_names_its_rate'),
        ),
        migrations.AddIndex(
            model_name='planrate',
            index=models.Index(fields=['row', 'from_at'], name='plan_rate_of_row'),
        ),
        migrations.AddIndex(
            model_name='planrate',
            index=models.Index(condition=models.Q(('superseded_at', None), ('told_at', None)), fields=['from_at'], name='plan_rate_untold'),
        ),
        migrations.AddConstraint(
            model_name='planrate',
            constraint=models.CheckConstraint(condition=models.Q(('from_at__gte', models.F('entered_at'))), name='planrate_not_before_entry'),
        ),
        migrations.AddConstraint(
            model_name='planrate',
            constraint=models.CheckConstraint(condition=models.Q(('superseded_at', None), ('superseded_at__lt', models.F('from_at')), _connector='OR'), name='planrate_superseded_unbegun'),
        ),
        migrations.AddConstraint(
            model_name='planrate',
            constraint=models.CheckConstraint(condition=models.Q(('rate_bp', None), ('rate_bp__lte', 9000), _connector='OR'), name='plan_rate_within_bounds'),
        ),
    ]
