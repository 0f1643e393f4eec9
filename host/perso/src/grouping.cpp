#include "grouping.h"

#include <fmt/format.h>

namespace cicada::host::perso {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kMaxShownLabel = 100;

std::size_t sealed_size(std::size_t value) {
  return (value / kMaxKeyBlock + 1) * kMaxKeyBlock;
}

}  // namespace

void GroupingWriter::note(const std::string& label) {
  if (label_.size() + label.size() > kMaxShownLabel) {
    if (!label_.ends_with("...")) label_ += ", ...";
    return;
  }
  label_ += (label_.empty() ? "STORE DATA " : ", ") + label;
}

std::expected<void, std::string> GroupingWriter::add(const StepTemplate& step, const Values& values, std::string label,
                                                     Phase phase) {
  const auto limit = script_.limits.command_data;
  const auto size = step.data.size(values);
  const auto most = step.encrypted ? sealed_room(limit) : script_.store_data->largest;
  if (size > most) return std::unexpected(fmt::format("{}: {} octets; such a data grouping has {}", label, size, most));
  if (sealing_ != step.encrypted || phase != phase_) flush();
  sealing_ = step.encrypted;
  phase_ = phase;

  Bytes whole;
  whole.reserve(5 + size);  // at once: a buffer that grows leaves secrets behind
  std::vector<OctetRange> none, secret;
  step.dgi.expand(values, whole, none);
  gp::append_grouping_length(whole, size);
  const auto value = whole.size();
  step.data.expand(values, whole, secret);

  const auto worst = step.encrypted ? value + sealed_size(size) : whole.size();
  if (worst_ + worst > limit) flush();
  note(label);
  if (worst > limit) {
    append_divided(whole, secret, label);
  } else {
    data_.reserve(limit);
    const auto start = data_.size();
    base::append(data_, whole);
    for (const auto& range : secret) secret_.push_back({.offset = start + range.offset, .size = range.size});
    if (step.encrypted) encrypted_.push_back({.offset = start + value, .size = size});
    worst_ += worst;
  }
  base::wipe(whole);
  if (step.last_flag != 0) {
    flags_ = step.last_flag;
    flush();
  }
  return {};
}

/// Over as many commands as it takes; the last one may carry more.
void GroupingWriter::append_divided(ByteView octets, const std::vector<OctetRange>& secret, const std::string& label) {
  const auto limit = script_.limits.command_data;
  for (std::size_t done = 0; done < octets.size();) {
    if (done > 0) {
      flush();
      note(label + " (continued)");
    }
    const auto piece = octets.subspan(done, std::min(limit, octets.size() - done));
    data_.reserve(limit);
    base::append(data_, piece);
    for (const auto& range : secret) {
      const auto first = std::max(range.offset, done);
      const auto end = std::min(range.offset + range.size, done + piece.size());
      if (first < end) secret_.push_back({.offset = first - done, .size = end - first});
    }
    worst_ = data_.size();
    done += piece.size();
  }
}

void GroupingWriter::flush() {
  if (data_.empty()) return;
  const auto& store = *script_.store_data;
  Values values;
  values.set(Field::flags, store.flags | (sealing_ ? store.encrypted_flags : 0U) | flags_);
  values.set(Field::block, block_ & 0xFFU);
  StepTemplate step;
  step.header = store.header;
  std::vector<OctetRange> none;
  auto command = expand(step, values, none);
  command.data = std::move(data_);
  steps_.emplace_back(std::move(label_), std::move(command), std::move(secret_), phase_, std::move(encrypted_));
  ++block_;
  data_ = {};
  secret_ = {};
  encrypted_ = {};
  label_ = {};
  worst_ = 0;
  flags_ = 0;
}

}  // namespace cicada::host::perso
