namespace Rackboot.Redfish;

/// <summary>The machines beside ours that one BMC manages, as on a blade with two nodes.</summary>
internal sealed class OtherMachines(RedfishMember own, IReadOnlyList<RedfishMember> others)
{
    /// <summary>Whether a chassis is of another machine alone. What nothing assigns to a machine is of all of them.</summary>
    public bool Have(RedfishMember chassis) => others.Any(o => IsOf(o, chassis)) && !IsOf(own, chassis);

    // Linked in one direction or the other; Cray's nodes are not linked at all, and have the Id of their blade.
    private static bool IsOf(RedfishMember system, RedfishMember chassis) =>
        system.Body.Child("Links").Links("Chassis").Any(c => Same(c, chassis.Path))
        || chassis.Body.Child("Links").Links("ComputerSystems").Any(s => Same(s, system.Path))
        || system.Id == chassis.Id;

    private static bool Same(string a, string b) => string.Equals(a.TrimEnd('/'), b.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}
