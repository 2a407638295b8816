namespace Rackboot.Cli.Terminal;

/// <summary>An action that the operator requests with an escape key.</summary>
public enum EscapeAction
{
    End,
    Help,
    TakeOver,
    Break,
}
