using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>Who a machine says it is when it asks for its configuration; what it left out or could not expand is null.</summary>
public sealed record ConfigQuery(MacAddress? Mac, Guid? Uuid);
