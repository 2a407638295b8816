namespace Rackboot.Core.Power.Reports;

/// <summary>How bad something is.</summary>
public enum BmcSeverity
{
    Ok,
    Warning,
    Critical,
}
