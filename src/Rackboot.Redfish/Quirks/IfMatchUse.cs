namespace Rackboot.Redfish;

/// <summary>In which form a resource's ETag goes into If-Match.</summary>
public enum IfMatchUse
{
    /// <summary>As the service gave it; without one, no If-Match.</summary>
    AsGiven,

    /// <summary>Without the <c>W/</c> of a weak one.</summary>
    Strong,

    /// <summary><c>*</c>, whatever it was.</summary>
    Any,

    /// <summary>No If-Match.</summary>
    Never,
}
