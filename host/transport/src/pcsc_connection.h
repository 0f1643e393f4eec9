// One PC/SC context with one card: blocking calls, for one thread.
#pragma once

#include <winscard.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/transport/pcsc.h"

namespace cicada::host::transport {

/// Every function may block as long as the service likes; see WatchedThread.
class PcscConnection {
 public:
  PcscConnection() = default;
  PcscConnection(const PcscConnection&) = delete;
  PcscConnection& operator=(const PcscConnection&) = delete;
  PcscConnection(PcscConnection&&) = delete;
  PcscConnection& operator=(PcscConnection&&) = delete;
  ~PcscConnection() { close(); }

  [[nodiscard]] base::Result<std::vector<Reader>> readers();
  /// Connects to the card in the reader whose name is, or alone contains, `name`.
  [[nodiscard]] base::Result<void> open(const std::string& name, const PcscOptions& options);
  [[nodiscard]] base::Result<base::Bytes> transmit(base::ByteView command);
  /// Resets the card and lets everything go. May be called twice.
  void close() noexcept;

  [[nodiscard]] const std::string& reader() const noexcept { return reader_; }
  [[nodiscard]] const base::Bytes& atr() const noexcept { return atr_; }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  base::Result<void> establish();
  base::Result<std::vector<std::string>> names();
  base::Result<std::string> find(const std::string& name);
  base::Result<void> wait_for_card(const std::string& name, Moment until) const;
  base::Result<void> connect(bool exclusive);
  void disconnect() noexcept;
  base::Result<base::Bytes> transmit_tpdu(base::ByteView command);

  std::optional<SCARDCONTEXT> context_;
  std::optional<SCARDHANDLE> card_;
  bool gone_ = false;  ///< the card was seen to leave
  DWORD protocol_ = 0;
  std::string reader_;
  base::Bytes atr_;
  base::Bytes buffer_;
};

}  // namespace cicada::host::transport
