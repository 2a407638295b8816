using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>An action that a resource offers, and the values that its parameters may have.</summary>
internal sealed class RedfishAction(JsonElement description)
{
    public string? Target { get; } = description.Text("target");

    /// <summary>The action of this name ("#ComputerSystem.Reset"); null if the resource does not offer it.</summary>
    public static RedfishAction? Find(JsonElement resource, string name)
    {
        var action = new RedfishAction(resource.Child("Actions").Child(name));
        return action.Target is null ? null : action;
    }

    /// <summary>
    /// The values allowed for a parameter, inline or in @Redfish.ActionInfo (DSP0266, "Actions property"). Empty: the service does not say,
    /// and any may work. </summary>
    public async Task<IReadOnlyList<string>> AllowedAsync(RedfishConnection connection, string parameter, CancellationToken cancellation)
    {
        var inline = description.Texts(parameter + "@Redfish.AllowableValues");
        if (inline.Count > 0 || await connection.FindAsync(description.Link("@Redfish.ActionInfo"), cancellation)
            .ConfigureAwait(false) is not { } info)
            return inline;
        var found = info.Body.Items("Parameters").FirstOrDefault(p => p.Text("Name") == parameter);
        return found.Texts("AllowableValues");
    }
}
