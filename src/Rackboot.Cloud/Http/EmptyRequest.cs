using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Http;

/// <summary>A body without members.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class EmptyRequest : JsonSerializerContext;
