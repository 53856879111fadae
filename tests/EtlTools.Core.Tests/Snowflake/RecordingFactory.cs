using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace EtlTools.Core.Tests.Snowflake;

/// <summary>A provider that keeps what it is asked to do; opening and executing can be made to fail.</summary>
internal sealed class RecordingFactory : DbProviderFactory
{
    public List<string> Log { get; } = [];

    public Exception? OnOpen { get; init; }

    public Exception? OnExecute { get; init; }

    public override DbConnection CreateConnection() => new Connection(this);

    private sealed class Connection(RecordingFactory factory) : DbConnection
    {
        private ConnectionState _state;

        [AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => _state;

        public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

        public override void Close() => _state = ConnectionState.Closed;

        public override void Open()
        {
            factory.Log.Add("open " + ConnectionString);
            if (factory.OnOpen is { } failure)
                throw failure;
            _state = ConnectionState.Open;
        }

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

        protected override DbCommand CreateDbCommand() => new Command(factory);

        protected override void Dispose(bool disposing)
        {
            factory.Log.Add("dispose");
            base.Dispose(disposing);
        }
    }

    private sealed class Command(RecordingFactory factory) : DbCommand
    {
        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            factory.Log.Add(CommandText);
            return factory.OnExecute is { } failure ? throw failure : 0;
        }

        public override object? ExecuteScalar() => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => throw new NotSupportedException();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();
    }
}
