using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Rackboot.Daemon.Tests;

public sealed class WebServerTests
{
    [Fact]
    public void No_settings_file_is_watched_and_none_of_the_working_directory_is_read()
    {
        var builder = WebServer.Builder();
        Assert.All(
            ((IConfigurationBuilder)builder.Configuration).Sources.OfType<JsonConfigurationSource>(),
            source => Assert.False(source.ReloadOnChange));
        Assert.Equal(AppContext.BaseDirectory.TrimEnd('/'), builder.Environment.ContentRootPath.TrimEnd('/'));
    }
}
