using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests.Table;

/// <summary>One row of the table: an operation, and how it is tried.</summary>
/// <param name="Try">Returns what the cell says, or null for a plain yes.</param>
internal sealed record Operation(string Group, string Name, Func<RedfishService, RedfishServer, Task<string?>> Try);
