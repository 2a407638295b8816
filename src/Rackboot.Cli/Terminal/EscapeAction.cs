namespace Rackboot.Cli.Terminal;

/// <summary>What the operator asks this program for in the midst of typing to a machine.</summary>
public enum EscapeAction
{
    End,
    Help,
    TakeOver,
    Break,
}
