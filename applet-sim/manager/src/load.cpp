#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "commands.h"
#include "load_file.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
namespace mbedtls = crypto::mbedtls;
using base::ByteView;

constexpr std::uint8_t kMore = 0x00;
constexpr std::uint8_t kLast = 0x80;
constexpr tlv::Tag kSignatures = 0xE2;  // DAP blocks, for security domains that the card does not have
constexpr tlv::Tag kLoadFile = 0xC4;

/// GPC §C.2: the hash over the load file data block; SHA-1 to SHA-512 by its size.
bool matches(ByteView hash, ByteView content) {
  using enum mbedtls::HashAlgorithm;
  for (const auto algorithm : {sha1, sha256, sha384, sha512}) {
    if (mbedtls::hash_size(algorithm) != hash.size()) continue;
    const auto computed = mbedtls::hash(algorithm, content);
    return computed && base::equal(*computed, hash);
  }
  return hash.empty();
}

/// Takes up a load file that is there as a whole.
Reply take_up(const Seen& seen, const Load& load) {
  tlv::Reader reader{load.octets};
  while (reader.peek() == kSignatures) {
    if (!reader.next()) return sw::k6A80IncorrectData;
  }
  const auto object = reader.next(kLoadFile);
  if (!object || !reader.at_end() || !matches(load.hash, object->value)) return sw::k6A80IncorrectData;
  auto file = read_load_file(object->value);
  if (!file || !base::equal(file->aid, load.aid)) return sw::k6A80IncorrectData;
  if (seen.state.load_files.size() >= kMaxLoadFiles) return sw::k6A84NotEnoughMemory;
  auto reply = done();
  reply.state = seen.state.clone();
  reply.state->load_files.push_back(std::move(*file));
  return reply;
}

}  // namespace

Reply load(const Seen& seen, const apdu::CommandView& command) {
  if (!seen.session.load) return sw::k6985ConditionsNotSatisfied;
  const auto& before = *seen.session.load;
  if ((command.p1 != kMore && command.p1 != kLast) || command.p2 != before.next) return sw::k6A86IncorrectP1P2;
  if (command.data.empty()) return sw::k6700WrongLength;
  if (command.data.size() > kMaxLoad - before.octets.size()) return sw::k6A84NotEnoughMemory;
  auto load = before;
  base::append(load.octets, command.data);
  // The number of a block is one octet.
  load.next = (load.next + 1) & 0xFFU;
  if (command.p1 == kLast) return take_up(seen, load);
  Reply reply{sw::k9000Ok};
  reply.load = std::move(load);
  return reply;
}

}  // namespace cicada::applet_sim::manager
