namespace Rackboot.Core.Power;

/// <summary>How bad something is.</summary>
public enum BmcSeverity
{
    Ok,
    Warning,
    Critical,
}
