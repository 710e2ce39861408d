# Initialises (once) and runs the embedded PostgreSQL in the current directory. Run by embedded.ts.
#   $1 the folder with initdb and postgres   $2 how pg_hba.conf lets the role in   $3… postgres options
#
# The lock is held on an open file that every PostgreSQL process inherits: the kernel lets it go when the
# last one of them is gone, so there is no stale lock to guess about, and process ids left over from a
# killed or restarted container can be thrown away.
set -e
umask 077
bin=$1 entry=$2
shift 2

exec 9>>lock
flock --nonblock --conflict-exit-code 75 9
exec >postgres.log 2>&1
rm -f owner.json data/postmaster.pid .s.PGSQL.5432 .s.PGSQL.5432.lock

if [ ! -d data ]; then
  rm -rf data.new
  # One sync of the file system at the end costs 20 ms; initdb's own, file by file, 300 ms.
  "$bin/initdb" --pgdata data.new --username muster --auth trust --encoding UTF8 \
    --locale C --lc-ctype C.UTF-8 --locale-provider builtin --builtin-locale C.UTF-8 \
    --no-sync --no-instructions
  sync --file-system data.new
  mv data.new data
  sync data .
fi

# A folder that was copied or restored may have been opened on the way.
chmod 700 data
echo "local all muster $entry" >data/pg_hba.conf
echo "root root muster" >data/pg_ident.conf
exec "$bin/postgres" -D data "$@"
