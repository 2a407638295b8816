using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The claimed identity in a request for a configuration; omitted or unexpanded variables are null.</summary>
public sealed record ConfigQuery(MacAddress? Mac, Guid? Uuid);
