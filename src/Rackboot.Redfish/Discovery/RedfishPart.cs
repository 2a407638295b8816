namespace Rackboot.Redfish;

/// <summary>A system, manager or chassis of a service.</summary>
/// <param name="Path">Where it is in the service.</param>
/// <param name="Kind">SystemType, ManagerType or ChassisType.</param>
/// <param name="CanBoot">For systems: whether it can be reset and told what to boot. Trays of accelerators are systems that cannot.</param>
public sealed record RedfishPart(
    string Path, string Id, string? Name, string? Kind, string? Manufacturer, string? Model, string? SerialNumber, string? Health,
    bool CanBoot = false);
