import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useShortcutSetting } from './shortcut-setting.ts';
import './shortcuts-dialog.css';

const shortcuts: readonly [keys: readonly string[], does: string][] = [
  [['/'], 'Search'],
  [['C'], 'Create a key'],
  [['X'], 'Select the key in this row, or take it out again'],
  [['?'], 'Show this list'],
];
const inLists: readonly [keys: readonly string[], does: string][] = [
  [['Tab'], 'From key to key'],
  [['←', '→'], 'Along the row: select, open, times, actions'],
  [['↑', '↓'], 'The row above or below'],
  [['Enter'], 'Open the key, or its menu'],
];

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  const [isOn, turn] = useShortcutSetting();
  return (
    <Dialog
      title="Keyboard shortcuts"
      onDismiss={onClose}
      onSubmit={onClose}
      footer={
        <Button type="submit" variant="primary">
          Close
        </Button>
      }
    >
      <Keys of={shortcuts} />
      <label className="check">
        <input
          type="checkbox"
          name="shortcuts"
          data-setting
          checked={isOn}
          onChange={(event) => turn(event.target.checked)}
        />
        Keys of one letter work as shortcuts
      </label>
      <h3 className="shortcuts-heading">In the list of keys</h3>
      <Keys of={inLists} />
    </Dialog>
  );
}

function Keys({ of: rows }: { of: typeof shortcuts }) {
  return (
    <dl className="shortcuts">
      {rows.map(([keys, does]) => (
        <div key={does}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
