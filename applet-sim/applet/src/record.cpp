#include "cicada/applet_sim/applet/record.h"

#include "cicada/base/cursor.h"

namespace cicada::applet_sim::applet {
namespace {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::Result;

/// Kinds of changes; numbers in card files, so they never get another meaning.
enum class Kind : std::uint8_t {
  initialize = 1,
  transport_keys = 2,
  sequence_counter = 3,
  create_file = 4,
  write_binary = 5,
  access_keys = 6,
  life_cycle = 7,
};

constexpr std::uint8_t kInMf = 0xFF;
static_assert(fs::kMaxFiles <= kInMf);

std::unexpected<base::Error> malformed(base::Literal what, std::size_t at) {
  return base::fail({.fault = base::Fault::malformed, .what = what, .at = at});
}

class Writer {
 public:
  void operator()(const Initialize& change) {
    kind(Kind::initialize);
    base::append(out_, change.serial);
  }
  void operator()(const SetTransportKeys& change) {
    kind(Kind::transport_keys);
    base::append(out_, change.keys.k_enc.expose());
    base::append(out_, change.keys.k_mac.expose());
    base::append(out_, change.keys.k_dek.expose());
  }
  void operator()(const SetSequenceCounter& change) {
    kind(Kind::sequence_counter);
    base::append_unsigned(out_, change.value, 4);
  }
  void operator()(const CreateFile& change) {
    const auto& spec = change.spec;
    kind(Kind::create_file);
    out_.push_back(spec.parent ? static_cast<std::uint8_t>(*spec.parent) : kInMf);
    base::append_unsigned(out_, spec.fid, 2);
    out_.push_back(static_cast<std::uint8_t>(spec.aid.size()));
    base::append(out_, spec.aid);
    base::append_unsigned(out_, spec.size, 2);
    out_.push_back(spec.sfi);
    out_.push_back(spec.security_condition);
  }
  void operator()(const WriteBinary& change) { write(change.file, change.offset, change.data); }
  void operator()(const SetAccessKeys& change) {
    kind(Kind::access_keys);
    base::append(out_, change.keys.k_enc.expose());
    base::append(out_, change.keys.k_mac.expose());
  }
  void operator()(const SetLifeCycle& change) {
    kind(Kind::life_cycle);
    out_.push_back(static_cast<std::uint8_t>(change.to));
  }

  void write(fs::FileId file, std::uint16_t offset, ByteView data) {
    kind(Kind::write_binary);
    out_.push_back(static_cast<std::uint8_t>(file));
    base::append_unsigned(out_, offset, 2);
    base::append_unsigned(out_, data.size(), 2);
    base::append(out_, data);
  }
  /// Room for keys before they come: growing would leave copies of them behind.
  void reserve(std::size_t size) { out_.reserve(size); }
  Bytes take() { return std::move(out_); }

 private:
  void kind(Kind kind) { out_.push_back(static_cast<std::uint8_t>(kind)); }
  Bytes out_;
};

template <typename Key>
Result<Key> read_key(Cursor& cursor) {
  CICADA_TRY(const auto octets, cursor.take(Key::kSize));
  return Key{octets.template first<Key::kSize>()};
}

Result<Change> read_initialize(Cursor& cursor) {
  Initialize change;
  CICADA_TRY(const auto serial, cursor.take(change.serial.size()));
  std::ranges::copy(serial, change.serial.begin());
  return change;
}

Result<Change> read_transport_keys(Cursor& cursor) {
  using namespace protocol::scp03;
  CICADA_TRY(auto k_enc, read_key<KeyEnc>(cursor));
  CICADA_TRY(auto k_mac, read_key<KeyMac>(cursor));
  CICADA_TRY(auto k_dek, read_key<KeyDek>(cursor));
  return SetTransportKeys{.keys = {.k_enc = std::move(k_enc), .k_mac = std::move(k_mac), .k_dek = std::move(k_dek)}};
}

Result<Change> read_access_keys(Cursor& cursor) {
  CICADA_TRY(auto k_enc, read_key<protocol::bac::KEnc>(cursor));
  CICADA_TRY(auto k_mac, read_key<protocol::bac::KMac>(cursor));
  return SetAccessKeys{.keys = {.k_enc = std::move(k_enc), .k_mac = std::move(k_mac)}};
}

Result<Change> read_create_file(Cursor& cursor) {
  fs::FileSpec spec;
  CICADA_TRY(const auto parent, cursor.take_u8());
  if (parent != kInMf) spec.parent = static_cast<fs::FileId>(parent);
  CICADA_TRY(spec.fid, cursor.take_u16());
  CICADA_TRY(const auto aid_size, cursor.take_u8());
  CICADA_TRY(const auto aid, cursor.take(aid_size));
  spec.aid = base::to_bytes(aid);
  CICADA_TRY(spec.size, cursor.take_u16());
  CICADA_TRY(spec.sfi, cursor.take_u8());
  CICADA_TRY(spec.security_condition, cursor.take_u8());
  return CreateFile{.spec = std::move(spec)};
}

Result<Change> read_write_binary(Cursor& cursor) {
  WriteBinary change;
  CICADA_TRY(const auto file, cursor.take_u8());
  change.file = static_cast<fs::FileId>(file);
  CICADA_TRY(change.offset, cursor.take_u16());
  CICADA_TRY(const auto size, cursor.take_u16());
  CICADA_TRY(const auto data, cursor.take(size));
  change.data = base::to_bytes(data);
  return change;
}

Result<Change> read_life_cycle(Cursor& cursor) {
  const auto at = cursor.position();
  CICADA_TRY(const auto value, cursor.take_u8());
  if (value < static_cast<std::uint8_t>(LifeCycle::blank) || value > static_cast<std::uint8_t>(LifeCycle::locked)) {
    return malformed("an unknown life cycle state", at);
  }
  return SetLifeCycle{.to = static_cast<LifeCycle>(value)};
}

Result<Change> read_change(Cursor& cursor) {
  const auto at = cursor.position();
  CICADA_TRY(const auto kind, cursor.take_u8());
  switch (static_cast<Kind>(kind)) {
    case Kind::initialize: return read_initialize(cursor);
    case Kind::transport_keys: return read_transport_keys(cursor);
    case Kind::sequence_counter: {
      CICADA_TRY(const auto value, cursor.take_u32());
      return SetSequenceCounter{.value = value};
    }
    case Kind::create_file: return read_create_file(cursor);
    case Kind::write_binary: return read_write_binary(cursor);
    case Kind::access_keys: return read_access_keys(cursor);
    case Kind::life_cycle: return read_life_cycle(cursor);
  }
  return malformed("an unknown kind of change", at);
}

}  // namespace

Bytes encode(std::span<const Change> changes) {
  constexpr std::size_t kLargestCommand = 512;  // personalization commands are short
  Writer writer;
  writer.reserve(kLargestCommand);
  for (const auto& change : changes) std::visit(writer, change);
  return writer.take();
}

Result<std::vector<Change>> decode(ByteView record) {
  std::vector<Change> changes;
  Cursor cursor{record};
  while (!cursor.at_end()) {
    CICADA_TRY(auto change, read_change(cursor));
    changes.push_back(std::move(change));
  }
  return changes;
}

Bytes encode_snapshot(const CardState& card) {
  constexpr std::size_t kPerFile = 64;
  Writer writer;
  std::size_t size = 256 + kPerFile * card.files.count();
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    if (const auto* ef = card.files.ef(static_cast<fs::FileId>(i))) size += ef->content.size();
  }
  writer.reserve(size);
  writer(Initialize{.serial = card.serial});
  if (card.transport_keys) writer(SetTransportKeys{.keys = card.transport_keys->clone()});
  writer(SetSequenceCounter{.value = card.sequence_counter});
  for (std::size_t i = 0; i < card.files.count(); ++i) {
    const auto id = static_cast<fs::FileId>(i);
    if (const auto* df = card.files.df(id)) {
      writer(CreateFile{.spec = {.parent = {}, .fid = df->fid, .aid = df->aid}});
    } else if (const auto* ef = card.files.ef(id)) {
      writer(CreateFile{.spec = {.parent = ef->parent,
                                 .fid = ef->fid,
                                 .aid = {},
                                 .size = static_cast<std::uint16_t>(ef->content.size()),
                                 .sfi = ef->sfi,
                                 .security_condition = ef->read.octet()}});
      writer.write(id, 0, ef->content);
    }
  }
  if (card.access_keys) writer(SetAccessKeys{.keys = card.access_keys->clone()});
  writer(SetLifeCycle{.to = card.life_cycle});
  return writer.take();
}

}  // namespace cicada::applet_sim::applet
