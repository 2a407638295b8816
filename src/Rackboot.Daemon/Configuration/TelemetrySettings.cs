namespace Rackboot.Daemon.Configuration;

/// <summary>Where the traces of boots are sent, by OTLP.</summary>
/// <param name="Endpoint">The collector, with the path that traces are posted to.</param>
/// <param name="Protocol">How it is spoken to.</param>
/// <param name="Headers">File of the headers to send, a line each; null: none.</param>
/// <param name="Authority">PEM file of the authorities that the collector's certificate is checked with; null: those of this host.</param>
public sealed record TelemetrySettings(Uri Endpoint, TraceProtocol Protocol, string? Headers = null, string? Authority = null)
{
    // OpenTelemetry Protocol 1.7, "OTLP/HTTP Request".
    private const string TracesPath = "/v1/traces";

    internal static TelemetrySettings? Read(ConfigurationSection telemetry)
    {
        var otlp = telemetry.Section("otlp",
            "A collector of OpenTelemetry that every boot is sent to as a trace. Off without `endpoint`.");
        var endpoint = otlp.Text("endpoint", $"The collector. Without a path, http/protobuf posts to {TracesPath}.",
            "a URL, like http://collector:4318");
        var protocol = Protocols(otlp);
        var headers = otlp.FilePath("headers",
            "File of headers to send, like a login; a line each: `Authorization: Bearer …`. A changed file takes effect at once.");
        var authority = otlp.FilePath("authority", "PEM file of the authorities that may sign the collector's certificate. Without it "
            + "those that this host trusts.");
        if (endpoint is null)
            return null;
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            return new TelemetrySettings(
                protocol == TraceProtocol.HttpProtobuf && url.AbsolutePath == "/" ? new Uri(url, TracesPath) : url, protocol, headers,
                authority);
        otlp.Error("endpoint", url?.UserInfo.Length > 0
            ? "holds a login; put it into the file of `headers`"
            : $"\"{endpoint}\" is not the URL of a collector; write it like http://collector:4318");
        return null;
    }

    private static TraceProtocol Protocols(ConfigurationSection otlp)
    {
        const string http = "http/protobuf";
        switch (otlp.Text("protocol", "How the collector is spoken to: HTTP (port 4318 as a rule) or gRPC (port 4317).",
            $"{http}, grpc", http))
        {
            case "grpc":
                return TraceProtocol.Grpc;
            case http:
                return TraceProtocol.HttpProtobuf;
            case var other:
                otlp.Error("protocol", $"\"{other}\" is not allowed; allowed: {http}, grpc");
                return TraceProtocol.HttpProtobuf;
        }
    }
}
