namespace Rackboot.Contracts;

/// <summary>What <c>rackboot doctor</c> found.</summary>
/// <param name="Checks">Each thing that it looked at.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorCheck> Checks);

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What: <c>configuration</c>, <c>dhcp eth1</c>, <c>time</c>, …</param>
/// <param name="Level">How it stands.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do about it; none if nothing is to be done.</param>
public sealed record DoctorCheck(string Name, DoctorLevel Level, string Text, string? Remedy = null);

/// <summary>How a thing stands.</summary>
public enum DoctorLevel
{
    /// <summary>Nothing is to be done.</summary>
    Ok,

    /// <summary>The appliance serves; something is worth a look.</summary>
    Warning,

    /// <summary>Machines do not boot, or soon will not.</summary>
    Error,
}
