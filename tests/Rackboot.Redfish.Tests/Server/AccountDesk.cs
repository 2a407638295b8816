using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Accounts, passwords, sessions.</summary>
internal sealed class AccountDesk
{
    private readonly RedfishServer _server;
    private readonly Dictionary<string, string> _tokens = [];
    private int _sessionsMade;

    public AccountDesk(RedfishServer server)
    {
        _server = server;
        // The account that we log in with takes the place of the tree's last one.
        if (server.Resources.Members(AccountsPath).LastOrDefault() is { } path && server.Resources[path] is { } account)
        {
            account["UserName"] = RedfishServer.User;
            OwnPath = path;
        }
    }

    /// <summary>The path of the account that we log in with; null if the tree has no accounts.</summary>
    public string? OwnPath { get; }

    public Dictionary<string, string> Passwords { get; } = new() { [RedfishServer.User] = RedfishServer.Password };

    public int WrongPasswords { get; private set; }

    public string LastToken { get; private set; } = "";

    public int OpenSessions => _tokens.Count;

    private string AccountsPath => (string?)_server.Resources[_server.Resources.Service("AccountService")]?["Accounts"]?["@odata.id"]
        ?? "/redfish/v1/AccountService/Accounts";

    public string SessionsPath =>
        (string?)_server.Resources["/redfish/v1"]?["Links"]?["Sessions"]?["@odata.id"] ?? "/redfish/v1/SessionService/Sessions";

    public void ForgetSessions() => _tokens.Clear();

    public bool Knows(HttpRequest request)
    {
        if (request.Headers["X-Auth-Token"].ToString() is { Length: > 0 } token)
            return _tokens.ContainsKey(token);
        if (request.Headers.Authorization.ToString() is not { } header || !header.StartsWith("Basic ", StringComparison.Ordinal))
            return false;
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':', 2);
        return Check(pair[0], pair[1]);
    }

    public Reply LogIn(JsonObject body)
    {
        if (_server.Mood.NoSessions)
            return Reply.Missing;
        if (!Check((string?)body["UserName"] ?? "", (string?)body["Password"] ?? ""))
            return Reply.Error(
                401, "Base.1.8.ResourceAtUriUnauthorized", "While accessing the resource, the service received an authorization error");
        if (_tokens.Count >= _server.Mood.SessionLimit)
            return Reply.Error(
                _server.Mood.SessionsFullStatus, _server.Mood.SessionsFullId, "The number of simultaneous sessions exceeds the limit.");
        var path = $"{SessionsPath}/{++_sessionsMade}";
        var token = $"token-{Guid.NewGuid():N}";
        _tokens[LastToken = token] = path;
        var session = new JsonObject { ["Id"] = $"{_sessionsMade}", ["UserName"] = (string?)body["UserName"] };
        _server.Resources.Put(path, session);
        return new Reply(201, (JsonObject)session.DeepClone()) { Token = token, Location = _server.Mood.LocationHost + path };
    }

    public bool LogOut(string path)
    {
        var token = _tokens.FirstOrDefault(t => RedfishTree.Key(t.Value) == RedfishTree.Key(path)).Key;
        return token is not null && _tokens.Remove(token) && _server.Resources.Remove(path);
    }

    /// <summary>After a PATCH of an account: its password is the one to log in with.</summary>
    public void Patched(string path, JsonObject body)
    {
        if ((string?)body["Password"] is { } password && (string?)_server.Resources[path]?["UserName"] is { } user)
        {
            if (!_server.Mood.ForgetsNewPasswords)
                Passwords[user] = password;
            _server.Mood.PasswordMustChange = false;
            _server.Resources[path]!["Password"] = null;
        }
    }

    public bool IsAccount(string path) => RedfishTree.Key(path).StartsWith(RedfishTree.Key(AccountsPath) + "/", StringComparison.Ordinal);

    private bool Check(string user, string password)
    {
        var right = Passwords.TryGetValue(user, out var known) && known == password;
        if (!right)
            WrongPasswords++;
        return right;
    }
}
