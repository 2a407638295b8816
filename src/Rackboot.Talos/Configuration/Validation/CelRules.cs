using Rackboot.Talos.Configuration.Cel;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Fields with CEL expressions.</summary>
internal static class CelRules
{
    public static void Require(Cursor expression, CelEnvironment environment)
    {
        if (expression.Require("is required: a CEL expression for the selection"))
            Check(expression, environment, CelType.Bool);
    }

    public static void Optional(Cursor expression, CelEnvironment environment, CelType type)
    {
        if (!expression.IsZero)
            Check(expression, environment, type);
    }

    private static void Check(Cursor expression, CelEnvironment environment, CelType type)
    {
        if (CelChecker.Mistake(expression.Text, environment, type) is { } mistake)
            expression.Refuse(mistake);
    }
}
