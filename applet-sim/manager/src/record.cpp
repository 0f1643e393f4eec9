#include <algorithm>

#include "cicada/applet_sim/manager/state.h"
#include "cicada/base/cursor.h"

namespace cicada::applet_sim::manager {
namespace {

using base::Bytes;
using base::ByteView;
using base::Cursor;
using base::Result;
using base::SecretBytes;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what});
}

// --- Writing: a number of entries is one octet, so is the length of what has none of its own

void text(Bytes& out, ByteView octets) {
  out.push_back(static_cast<std::uint8_t>(octets.size()));
  base::append(out, octets);
}

void write(Bytes& out, const KeySet& set) {
  out.push_back(set.version);
  text(out, set.enc.expose());
  text(out, set.mac.expose());
  text(out, set.dek.expose());
  base::append_unsigned(out, set.counter, 4);
}

void write(Bytes& out, const LoadFile& file) {
  text(out, file.aid);
  out.push_back(file.major);
  out.push_back(file.minor);
  out.push_back(static_cast<std::uint8_t>(file.modules.size()));
  for (const auto& module : file.modules) text(out, module);
}

void write(Bytes& out, const Instance& instance) {
  text(out, instance.aid);
  text(out, instance.load_file);
  text(out, instance.module);
  text(out, instance.privileges);
  out.push_back(instance.life);
}

void write_all(Bytes& out, const auto& list) {
  out.push_back(static_cast<std::uint8_t>(list.size()));
  for (const auto& entry : list) write(out, entry);
}

// --- Reading

/// Length in one octet, at most `limit`, and the octets.
Result<ByteView> take_text(Cursor& cursor, std::size_t limit) {
  CICADA_TRY(const auto size, cursor.take_u8());
  if (size > limit) return malformed("too long for what it is");
  return cursor.take(size);
}

Result<Bytes> take_octets(Cursor& cursor, std::size_t limit) {
  CICADA_TRY(const auto octets, take_text(cursor, limit));
  return base::to_bytes(octets);
}

Result<std::size_t> take_count(Cursor& cursor, std::size_t limit) {
  CICADA_TRY(const auto count, cursor.take_u8());
  if (count > limit) return malformed("more than a card has room for");
  return count;
}

Result<SecretBytes> take_key(Cursor& cursor) {
  constexpr std::size_t kLongestKey = 32;
  CICADA_TRY(const auto octets, take_text(cursor, kLongestKey));
  return SecretBytes::copy_of(octets);
}

Result<KeySet> read_key_set(Cursor& cursor) {
  KeySet set;
  CICADA_TRY(set.version, cursor.take_u8());
  CICADA_TRY(set.enc, take_key(cursor));
  CICADA_TRY(set.mac, take_key(cursor));
  CICADA_TRY(set.dek, take_key(cursor));
  CICADA_TRY(set.counter, cursor.take_u32());
  return set;
}

Result<LoadFile> read_load_file(Cursor& cursor) {
  LoadFile file;
  CICADA_TRY(file.aid, take_octets(cursor, kMaxAidSize));
  CICADA_TRY(file.major, cursor.take_u8());
  CICADA_TRY(file.minor, cursor.take_u8());
  CICADA_TRY(const auto modules, take_count(cursor, kMaxModules));
  for (std::size_t i = 0; i < modules; ++i) {
    CICADA_TRY(auto module, take_octets(cursor, kMaxAidSize));
    file.modules.push_back(std::move(module));
  }
  return file;
}

Result<Instance> read_instance(Cursor& cursor) {
  constexpr std::size_t kPrivileges = 3;
  Instance instance;
  CICADA_TRY(instance.aid, take_octets(cursor, kMaxAidSize));
  CICADA_TRY(instance.load_file, take_octets(cursor, kMaxAidSize));
  CICADA_TRY(instance.module, take_octets(cursor, kMaxAidSize));
  CICADA_TRY(instance.privileges, take_octets(cursor, kPrivileges));
  CICADA_TRY(instance.life, cursor.take_u8());
  return instance;
}

template <typename T>
Result<std::vector<T>> read_all(Cursor& cursor, std::size_t limit, Result<T> (*read)(Cursor&)) {
  CICADA_TRY(const auto count, take_count(cursor, limit));
  std::vector<T> list;
  for (std::size_t i = 0; i < count; ++i) {
    CICADA_TRY(auto entry, read(cursor));
    list.push_back(std::move(entry));
  }
  return list;
}

bool is_life(std::uint8_t life) {
  constexpr std::array kLives = {CardLife::op_ready, CardLife::initialized, CardLife::secured, CardLife::card_locked,
                                 CardLife::terminated};
  return std::ranges::find(kLives, static_cast<CardLife>(life)) != kLives.end();
}

}  // namespace

Bytes encode(const State& state) {
  constexpr std::size_t kLargest = 4096;  // growing would leave copies of keys behind
  Bytes out;
  out.reserve(kLargest);
  out.push_back(static_cast<std::uint8_t>(state.protocol));
  out.push_back(state.option);
  out.push_back(static_cast<std::uint8_t>(state.life));
  write_all(out, state.keys);
  write_all(out, state.load_files);
  write_all(out, state.instances);
  text(out, state.issuer_number);
  text(out, state.image_number);
  return out;
}

Result<State> decode(ByteView record) {
  Cursor cursor{record};
  State state;
  CICADA_TRY(const auto protocol, cursor.take_u8());
  state.protocol = static_cast<Protocol>(protocol);
  if (state.protocol != Protocol::scp02 && state.protocol != Protocol::scp03) return malformed("an unknown protocol");
  CICADA_TRY(state.option, cursor.take_u8());
  CICADA_TRY(const auto life, cursor.take_u8());
  if (!is_life(life)) return malformed("an unknown life cycle state");
  state.life = static_cast<CardLife>(life);
  CICADA_TRY(state.keys, read_all(cursor, kMaxKeySets, &read_key_set));
  CICADA_TRY(state.load_files, read_all(cursor, kMaxLoadFiles, &read_load_file));
  CICADA_TRY(state.instances, read_all(cursor, kMaxInstances, &read_instance));
  CICADA_TRY(state.issuer_number, take_octets(cursor, kMaxNumberSize));
  CICADA_TRY(state.image_number, take_octets(cursor, kMaxNumberSize));
  if (!cursor.at_end()) return malformed("octets behind the last field");
  return state;
}

}  // namespace cicada::applet_sim::manager
