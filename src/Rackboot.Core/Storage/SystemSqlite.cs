using System.Runtime.InteropServices;
using SQLitePCL;

namespace Rackboot.Core.Storage;

/// <summary>Binds the SQLite provider to the system's library, so that the distribution's security updates reach it.</summary>
internal static class SystemSqlite
{
    private static readonly Lazy<bool> Bound = new(Bind);

    public static void EnsureBound() => _ = Bound.Value;

    private static bool Bind()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, assembly, path) =>
            name != "e_sqlite3" ? IntPtr.Zero
            : NativeLibrary.TryLoad("libsqlite3.so.0", out var handle) ? handle
            : throw new DllNotFoundException("libsqlite3.so.0 is missing: install the package libsqlite3-0 (Debian) or sqlite-libs (RPM)"));
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }
}
