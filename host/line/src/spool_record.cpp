// A step as octets: integers big-endian, texts and octet strings with their length in front.
#include <algorithm>

#include "cicada/base/cursor.h"
#include "cicada/host/line/spool.h"

namespace cicada::host::line {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kNumber = 8;
constexpr std::size_t kLength = 4;

void put(Bytes& to, ByteView octets) {
  base::append_unsigned(to, octets.size(), kLength);
  base::append(to, octets);
}
void put(Bytes& to, const std::string& text) {
  put(to, base::as_bytes(text));
}

Result<ByteView> take(base::Cursor& from) {
  CICADA_TRY(const auto length, from.take_u32());
  return from.take(length);
}
Result<std::string> take_text(base::Cursor& from) {
  CICADA_TRY(const auto octets, take(from));
  return std::string{octets.begin(), octets.end()};
}
Result<std::int64_t> take_number(base::Cursor& from) {
  CICADA_TRY(const auto value, from.take_unsigned(kNumber));
  return static_cast<std::int64_t>(value);
}
Result<journal::Digest> take_digest(base::Cursor& from) {
  journal::Digest digest{};
  CICADA_TRY(const auto octets, from.take(digest.size()));
  std::ranges::copy(octets, digest.begin());
  return digest;
}

void put_completion(Bytes& to, const journal::Step::Completion& completion) {
  put(to, completion.octets);
  put(to, completion.ds);
  base::append_unsigned(to, completion.keys.size(), kLength);
  for (const auto& key : completion.keys) base::append(to, key);
}

Result<journal::Step::Completion> take_completion(base::Cursor& from) {
  journal::Step::Completion completion;
  CICADA_TRY(const auto octets, take(from));
  completion.octets = base::to_bytes(octets);
  CICADA_TRY(completion.ds, take_text(from));
  CICADA_TRY(const auto count, from.take_u32());
  for (std::uint32_t i = 0; i < count; ++i) {  // the octets end before the count can hurt
    CICADA_TRY(const auto key, take_digest(from));
    completion.keys.push_back(key);
  }
  return completion;
}

}  // namespace

Bytes encode_step(const journal::Step& step) {
  Bytes octets;
  base::append_unsigned(octets, static_cast<std::uint64_t>(step.job), kNumber);
  base::append_unsigned(octets, static_cast<std::uint64_t>(step.fence), kNumber);
  put(octets, std::string{journal::to_string(step.to)});
  put(octets, step.actor.station);
  put(octets, step.actor.operator_id);
  put(octets, step.actor.shift);
  put(octets, step.chip);
  put(octets, step.reason);
  base::append(octets, step.evidence);
  octets.push_back(step.completion ? 1 : 0);
  if (step.completion) put_completion(octets, *step.completion);
  return octets;
}

Result<journal::Step> decode_step(ByteView octets) {
  base::Cursor from{octets};
  journal::Step step;
  CICADA_TRY(step.job, take_number(from));
  CICADA_TRY(step.fence, take_number(from));
  CICADA_TRY(const auto name, take_text(from));
  const auto state = journal::state_by_name(name);
  if (!state) return base::fail({.fault = Fault::malformed, .what = "the spool names a state that there is not"});
  step.to = *state;
  CICADA_TRY(step.actor.station, take_text(from));
  CICADA_TRY(step.actor.operator_id, take_text(from));
  CICADA_TRY(step.actor.shift, take_text(from));
  CICADA_TRY(step.chip, take_text(from));
  CICADA_TRY(step.reason, take_text(from));
  CICADA_TRY(step.evidence, take_digest(from));
  CICADA_TRY(const auto completed, from.take_u8());
  if (completed != 0) {
    CICADA_TRY(step.completion, take_completion(from));
  }
  if (!from.at_end()) return base::fail({.fault = Fault::malformed, .what = "the spool's record is too long"});
  return step;
}

}  // namespace cicada::host::line
